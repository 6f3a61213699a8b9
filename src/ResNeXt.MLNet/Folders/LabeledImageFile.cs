namespace ResNeXt.MLNet.Folders;

/// <summary>An image file whose class is known: a row of what <c>LoadFromImageFolder</c> loads.</summary>
/// <param name="ImagePath">The file.</param>
/// <param name="Label">The name of its class folder.</param>
public sealed record LabeledImageFile(string ImagePath, string Label);
