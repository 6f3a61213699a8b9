using ResNeXt.Core.Kernels.Im2Col;

namespace ResNeXt.Core.Kernels.FusedNorm;

/// <summary>The geometry of a pooling layer: which pooling windows each pixel lies in.</summary>
internal sealed class PoolingLayout
{
    private readonly (int From, int To)[] _down, _across;

    /// <param name="shape">The shape of the feature maps.</param>
    /// <param name="windows">The pooling windows.</param>
    public PoolingLayout(NchwShape shape, WindowGeometry windows)
    {
        (Shape, Windows) = (shape, windows);
        Pooled = shape with { Height = windows.Count(shape.Height), Width = windows.Count(shape.Width) };
        _down = [.. Enumerable.Range(0, shape.Height).Select(pixel => windows.Over(pixel, shape.Height))];
        _across = [.. Enumerable.Range(0, shape.Width).Select(pixel => windows.Over(pixel, shape.Width))];
    }

    /// <summary>The shape of the feature maps.</summary>
    public NchwShape Shape { get; }

    /// <summary>The pooling windows.</summary>
    public WindowGeometry Windows { get; }

    /// <summary>The shape of the pooled feature maps.</summary>
    public NchwShape Pooled { get; }

    /// <summary>The lines of windows that contain a line of pixels: the inclusive start and the exclusive end.</summary>
    public (int From, int To) Down(int line) => _down[line];

    /// <summary>The windows of a line that contain a column of pixels: the inclusive start and the exclusive end.</summary>
    public (int From, int To) Across(int pixel) => _across[pixel];

    /// <summary>The image, line and column of a pixel that is counted through all images.</summary>
    public (int Image, int Line, int Column) Locate(int pixel) =>
        (pixel / (Shape.Height * Shape.Width), pixel / Shape.Width % Shape.Height, pixel % Shape.Width);

    /// <summary>The image, line and column of the next pixel.</summary>
    public (int Image, int Line, int Column) Next(int image, int line, int column) =>
        column + 1 < Shape.Width ? (image, line, column + 1) : line + 1 < Shape.Height ? (image, line + 1, 0) : (image + 1, 0, 0);
}
