using ResNeXt.Core.Kernels.Im2Col;

namespace ResNeXt.Core.Kernels.FusedNorm;

/// <summary>Which windows of which maps are pooled.</summary>
internal sealed class PooledMaps
{
    private readonly (int From, int To)[] _down, _across;

    /// <param name="shape">The shape of the maps.</param>
    /// <param name="windows">Where the windows lie.</param>
    public PooledMaps(MapShape shape, WindowGeometry windows)
    {
        (Shape, Windows) = (shape, windows);
        Pooled = shape with { Height = windows.Count(shape.Height), Width = windows.Count(shape.Width) };
        _down = [.. Enumerable.Range(0, shape.Height).Select(pixel => windows.Over(pixel, shape.Height))];
        _across = [.. Enumerable.Range(0, shape.Width).Select(pixel => windows.Over(pixel, shape.Width))];
    }

    /// <summary>The shape of the maps.</summary>
    public MapShape Shape { get; }

    /// <summary>Where the windows lie.</summary>
    public WindowGeometry Windows { get; }

    /// <summary>The shape of what becomes of them.</summary>
    public MapShape Pooled { get; }

    /// <summary>The lines of windows that a line of pixels lies in, the first and the one behind the last.</summary>
    public (int From, int To) Down(int line) => _down[line];

    /// <summary>The same along a line.</summary>
    public (int From, int To) Across(int pixel) => _across[pixel];

    /// <summary>The image, the line and the place in it of a pixel that is counted through all images.</summary>
    public (int Image, int Line, int Place) Locate(int pixel) =>
        (pixel / (Shape.Height * Shape.Width), pixel / Shape.Width % Shape.Height, pixel % Shape.Width);

    /// <summary>Those of the next pixel.</summary>
    public (int Image, int Line, int Place) Next(int image, int line, int place) =>
        place + 1 < Shape.Width ? (image, line, place + 1) : line + 1 < Shape.Height ? (image, line + 1, 0) : (image + 1, 0, 0);
}
