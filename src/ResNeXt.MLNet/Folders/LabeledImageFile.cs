namespace ResNeXt.MLNet.Folders;

/// <summary>An image file with its class, a row of <see cref="ImageFolderCatalog.LoadFromImageFolder"/>.</summary>
/// <param name="ImagePath">The path of the file.</param>
/// <param name="Label">The class: the name of the class folder.</param>
public sealed record LabeledImageFile(string ImagePath, string Label);
