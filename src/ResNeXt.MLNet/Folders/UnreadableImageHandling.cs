namespace ResNeXt.MLNet.Folders;

/// <summary>What loading a folder does about images that cannot be read.</summary>
public enum UnreadableImageHandling
{
    /// <summary>Looks at every image first, and throws one exception that names all that cannot be read.</summary>
    Throw,

    /// <summary>Looks at every image first, and leaves those out that cannot be read, with a warning for each in the MLContext's log.</summary>
    Skip,

    /// <summary>Does not look: the first pass over the images that comes to an unreadable one ends with its exception.</summary>
    Unchecked,
}
