namespace ResNeXt.AspNetCore.Requests;

/// <summary>An image file of a request.</summary>
/// <param name="Name">The name that the form gives it; null for a raw body.</param>
/// <param name="Content">Its bytes.</param>
internal readonly record struct UploadedImage(string? Name, ReadOnlyMemory<byte> Content)
{
    /// <summary>The name in messages.</summary>
    public string DisplayName => Name ?? "request body";
}
