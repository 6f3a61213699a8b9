namespace ResNeXt.MLNet.Folders.Streaming;

/// <summary>An image file, or a folder that cannot be listed.</summary>
/// <param name="RelativePath">The path relative to the folder that is searched, with forward slashes on every system.</param>
/// <param name="FullPath">The path to open.</param>
/// <param name="Error">Why a folder cannot be listed; null for a file.</param>
internal sealed record FoundImage(string RelativePath, string FullPath, string? Error = null);
