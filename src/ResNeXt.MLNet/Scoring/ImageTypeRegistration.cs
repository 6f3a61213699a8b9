using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet.Scoring;

/// <summary>Makes image types with a fixed size known to ML.NET.</summary>
/// <remarks>
/// A custom mapping reads images only of types that were registered in the process. Stock transforms such as <c>ResizeImages</c> announce a type
/// per size and register none; <c>[ImageType(h, w)]</c> on a class registers its own. Registering a type more than once has no effect.
/// </remarks>
internal static class ImageTypeRegistration
{
    /// <summary>The largest square that <see cref="AddSquares"/> registers, in pixels a side.</summary>
    public const int LargestSquare = 1024;

    private static readonly Lazy<bool> Squares = new(() =>
    {
        for (int side = 1; side <= LargestSquare; side++)
            Add(side, side);
        return true;
    });

    /// <summary>Registers a column's type, if it is an image of a fixed size.</summary>
    public static void Add(DataViewType type)
    {
        if (type is ImageDataViewType { Height: > 0, Width: > 0 } image)
            Add(image.Height, image.Width);
    }

    /// <summary>Registers one size, in pixels.</summary>
    public static void Add(int height, int width)
    {
        // A user's own attribute may have registered the size already; ML.NET refuses a second attribute for it.
        if (!MLServices.IsRegistered(new ImageDataViewType(height, width)))
            new ImageTypeAttribute(height, width).Register();
    }

    /// <summary>
    /// Registers all squares up to <see cref="LargestSquare"/>, for pipelines of which nothing else is known: a model that was saved on images of any
    /// size, or by an earlier version, and that <c>mlContext.Model.Load</c> loads.
    /// </summary>
    public static void AddSquares() => _ = Squares.Value;
}
