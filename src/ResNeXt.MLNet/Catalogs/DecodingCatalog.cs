using Microsoft.ML;
using ResNeXt.MLNet.Images;

namespace ResNeXt.MLNet;

/// <summary>Adds the reading of image files by <see cref="ImageDecoder"/> to <c>mlContext.Transforms</c>.</summary>
public static class DecodingCatalog
{
    /// <summary>Decodes the image files that a column names, or whose bytes it holds, with <see cref="ImageDecoder"/>.</summary>
    /// <remarks>
    /// In place of the stock <c>LoadImages</c>, which leaves photographs lying on their side (it ignores the EXIF orientation), leaves transparency in,
    /// and has no limit on what a file may unpack to. Use one of the two for training and scoring alike. A file that cannot be read ends the pass with
    /// the decoder's exception. An image lives until the next row is asked for.
    /// </remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of images, of any size, to add.</param>
    /// <param name="inputColumnName">
    /// A text column with paths; or the bytes of image files: <c>byte[]</c>, <c>VBuffer&lt;byte&gt;</c>, or what <c>LoadRawImageBytes</c> makes.
    /// </param>
    public static IEstimator<ITransformer> DecodeImages(this TransformsCatalog catalog, string outputColumnName = "Image", string inputColumnName = "ImagePath")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrWhiteSpace(outputColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(inputColumnName);
        return new ImageDecodingEstimator(catalog, outputColumnName, inputColumnName);
    }
}
