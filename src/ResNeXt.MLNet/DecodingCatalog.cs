using Microsoft.ML;
using ResNeXt.MLNet.Imaging;

namespace ResNeXt.MLNet;

/// <summary>Adds the reading of image files by <see cref="ImageDecoder"/> to <c>mlContext.Transforms</c>.</summary>
public static class DecodingCatalog
{
    /// <summary>Reads the image files that a column names, with <see cref="ImageDecoder"/>.</summary>
    /// <remarks>
    /// In place of the stock <c>LoadImages</c>, which leaves photographs lying on their side (it ignores the EXIF orientation), leaves transparency in,
    /// and has no limit on what a file may unpack to. Use one of the two for training and scoring alike. A file that cannot be read ends the pass with
    /// the decoder's exception. An image lives until the next row is asked for.
    /// </remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of images, of any size, to add.</param>
    /// <param name="inputColumnName">A text column with paths.</param>
    public static IEstimator<ITransformer> DecodeImages(this TransformsCatalog catalog, string outputColumnName = "Image", string inputColumnName = "ImagePath")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return catalog.CopyColumns(ImageDecoding.PathColumn, inputColumnName)
            .Append(catalog.CustomMapping(new ImageDecoding().GetMapping(), ImageDecoding.ContractName))
            .Append(catalog.CopyColumns(outputColumnName, ImageDecoding.ImageColumn))
            .Append(catalog.DropColumns(ImageDecoding.PathColumn, ImageDecoding.ImageColumn));
    }
}
