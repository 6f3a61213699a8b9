namespace ResNeXt.Core.NativeLoading.OneDnn;

/// <summary>What was done to libtorch's oneDNN in this process.</summary>
internal enum OneDnnState
{
    /// <summary>Nothing: there was no reason.</summary>
    Untouched,

    /// <summary>It was given true sizes of caches.</summary>
    Repaired,

    /// <summary>It was switched off.</summary>
    Off,

    /// <summary>The processor hides its caches, and nothing could be done.</summary>
    Suspect,
}
