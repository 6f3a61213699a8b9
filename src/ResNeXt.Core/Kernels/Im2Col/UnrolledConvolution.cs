using ResNeXt.Core.Kernels.Simd;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels.Im2Col;

/// <summary>
/// A convolution on maps so small that each of its windows holds the whole map, as one product of all pixels of an image with a matrix of weights. Of the weights that meet a
/// window it takes only those that meet the map and not its padding: for 3x3 on 2x2 pixels four of nine.
/// </summary>
internal static class UnrolledConvolution
{
    // With fewer images, laying out the weights costs more than their product saves.
    private const int FewestImages = 16;

    /// <summary>Whether it can compute a convolution, and in training faster than others do: both tensors lie in channels-last order, so that nothing else is copied.</summary>
    /// <param name="x">N x C x H x W.</param>
    /// <param name="weight">Co x C x K x K, of the same type.</param>
    /// <param name="groups">Of the convolution.</param>
    /// <param name="windows">Where they lie.</param>
    public static bool Suits(Tensor x, Tensor weight, int groups, WindowGeometry windows)
    {
        if (groups != 1 || x.device_type != DeviceType.CPU || x.dtype is not (ScalarType.Float32 or ScalarType.BFloat16) || !windows.KeepsSize || windows.AreThePixels)
            return false;
        var shape = MapShape.Of(x);
        return shape.Images >= FewestImages && shape.Channels % ILanes.Count == 0 && shape.Height == shape.Width && shape.Width <= windows.Padding + 1
            && x.stride(1) == 1 && weight.stride(1) == 1;
    }

    /// <summary>Computes it: N x Co x H x W, in channels-last order. The result belongs to the current dispose scope.</summary>
    /// <param name="x">N x C x H x W, square maps of at most one pixel more than the padding.</param>
    /// <param name="weight">Co x C x K x K, of the same type.</param>
    /// <param name="bias">Co, or null.</param>
    /// <param name="windows">Where they lie: as many as there are pixels.</param>
    public static Tensor Compute(Tensor x, Tensor weight, Tensor? bias, WindowGeometry windows)
    {
        using DisposeScope scope = NewDisposeScope();
        (int images, _, _, int size) = MapShape.Of(x);
        int outputs = (int)weight.size(0);
        // What an output pixel needs of the weights is a window of the size of the map on them: the first pixel of the map the last window.
        Tensor matrix = Im2ColWindows.Of(weight, new WindowGeometry(size, 1, size - 1 - windows.Padding)).view(outputs * size * size, -1);
        Tensor pixels = x.permute(0, 2, 3, 1).reshape(images, -1);
        Tensor y = MatrixProduct.Of(matrix, pixels, null).view(outputs, size, size, images).permute(3, 1, 2, 0).flip(1, 2);
        return (bias is null ? y : y + bias).contiguous().permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
