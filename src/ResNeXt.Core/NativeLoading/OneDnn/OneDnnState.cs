namespace ResNeXt.Core.NativeLoading.OneDnn;

/// <summary>The state of libtorch's oneDNN in this process.</summary>
internal enum OneDnnState
{
    /// <summary>Unchanged: there was no reason to change it.</summary>
    Untouched,

    /// <summary>Its cache sizes were corrected.</summary>
    Repaired,

    /// <summary>Switched off.</summary>
    Off,

    /// <summary>The processor hides its caches, and oneDNN could be neither corrected nor switched off.</summary>
    Suspect,
}
