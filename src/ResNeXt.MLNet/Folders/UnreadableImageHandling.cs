namespace ResNeXt.MLNet.Folders;

/// <summary>Specifies how <see cref="ImageFolderCatalog.LoadFromImageFolder"/> handles images that cannot be read.</summary>
public enum UnreadableImageHandling
{
    /// <summary>Checks every image first, and throws one exception that names all images that cannot be read.</summary>
    Throw,

    /// <summary>Checks every image first, and leaves out those that cannot be read, with a warning for each in the MLContext's log.</summary>
    Skip,

    /// <summary>Does not check: reading the rows throws at the first image that cannot be read.</summary>
    Unchecked,
}
