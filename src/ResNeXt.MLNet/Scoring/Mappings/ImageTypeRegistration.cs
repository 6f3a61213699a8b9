using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet.Scoring.Mappings;

/// <summary>Registers image types with a fixed size in ML.NET.</summary>
/// <remarks>
/// A custom mapping reads only images whose type was registered in the process. Stock transforms such as <c>ResizeImages</c> make columns of a type
/// per size and register none; <c>[ImageType(h, w)]</c> on a class registers its own. Registering a type more than once has no effect.
/// </remarks>
internal static class ImageTypeRegistration
{
    /// <summary>The side, in pixels, of the largest square that <see cref="AddSquares"/> registers.</summary>
    public const int LargestSquare = 1024;

    private static readonly Lazy<bool> Squares = new(() =>
    {
        for (int side = 1; side <= LargestSquare; side++)
            Add(side, side);
        return true;
    });

    /// <summary>Registers a column's type if it is an image of a fixed size.</summary>
    /// <param name="type">The type of the column.</param>
    public static void Add(DataViewType type)
    {
        if (type is ImageDataViewType { Height: > 0, Width: > 0 } image)
            Add(image.Height, image.Width);
    }

    /// <summary>Registers one size.</summary>
    /// <param name="height">The height in pixels.</param>
    /// <param name="width">The width in pixels.</param>
    public static void Add(int height, int width)
    {
        // A user's own attribute may have registered the size already; ML.NET refuses a second attribute for it.
        if (!MLServices.IsRegistered(new ImageDataViewType(height, width)))
            new ImageTypeAttribute(height, width).Register();
    }

    /// <summary>
    /// Registers all squares up to <see cref="LargestSquare"/>, for saved pipelines that do not store a size: because they were fitted on images of
    /// any size, or saved before the first release.
    /// </summary>
    public static void AddSquares() => _ = Squares.Value;
}
