using Microsoft.ML;
using ResNeXt.MLNet.Images;

namespace ResNeXt.MLNet;

/// <summary>An extension method of <c>mlContext.Transforms</c> that decodes image files.</summary>
public static class DecodingCatalog
{
    /// <summary>Decodes image files with <see cref="ImageDecoder"/>, given their paths or their bytes.</summary>
    /// <remarks>
    /// Use it instead of the stock <c>LoadImages</c>, which ignores the EXIF orientation, so that many photographs lie on their side, keeps
    /// transparency, and does not limit the size of the decoded image. Use the same of the two for training and scoring. Reading a row whose file
    /// cannot be decoded throws <see cref="InvalidDataException"/>. An image is disposed of when the next row is read.
    /// </remarks>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The name of the column of images to add; its images may have any size.</param>
    /// <param name="inputColumnName">
    /// The name of a text column with paths, or of a column with the bytes of image files: <c>byte[]</c>, <c>VBuffer&lt;byte&gt;</c>, or what
    /// <c>LoadRawImageBytes</c> makes.
    /// </param>
    /// <exception cref="ArgumentException">A column name is empty.</exception>
    public static IEstimator<ITransformer> DecodeImages(
        this TransformsCatalog catalog, string outputColumnName = "Image", string inputColumnName = "ImagePath")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrWhiteSpace(outputColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(inputColumnName);
        return new ImageDecodingEstimator(catalog, outputColumnName, inputColumnName);
    }
}
