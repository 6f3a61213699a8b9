using ResNeXt.Core.Kernels.Simd;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels.Im2Col;

/// <summary>
/// A convolution on feature maps so small that every window covers the whole map, computed as a fully connected layer: one matrix product of all
/// pixels of an image with an unrolled matrix of weights.
/// </summary>
/// <remarks>
/// Only the weights that meet the map, not its padding, are in the matrix: for a 3 x 3 convolution on 2 x 2 pixels, four of nine.
/// </remarks>
internal static class UnrolledConvolution
{
    // Measured: for fewer images, laying out the weights costs more than the product saves.
    private const int FewestImages = 16;

    /// <summary>
    /// Whether this kernel can compute a convolution, and is faster at it in training than the alternatives. Both tensors must be in channels-last
    /// format, so that nothing else is copied.
    /// </summary>
    /// <param name="x">The input, N x C x H x W.</param>
    /// <param name="weight">The weights, Co x C x K x K, of the same type.</param>
    /// <param name="groups">The number of groups of the convolution.</param>
    /// <param name="windows">The windows of the convolution.</param>
    public static bool Suits(Tensor x, Tensor weight, int groups, WindowGeometry windows)
    {
        if (groups != 1 || x.device_type != DeviceType.CPU || x.dtype is not (ScalarType.Float32 or ScalarType.BFloat16)
            || !windows.KeepsSize || windows.IsPointwise)
        {
            return false;
        }
        var shape = NchwShape.Of(x);
        return shape.Images >= FewestImages && shape.Channels % ILanes.Count == 0
            && shape.Height == shape.Width && shape.Width <= windows.Padding + 1
            && x.stride(1) == 1 && weight.stride(1) == 1;
    }

    /// <summary>Computes the convolution: N x Co x H x W in channels-last format. The result belongs to the current dispose scope.</summary>
    /// <param name="x">The input, N x C x H x W: square maps with a side of at most the padding plus one.</param>
    /// <param name="weight">The weights, Co x C x K x K, of the same type.</param>
    /// <param name="bias">The bias, of length Co, or null.</param>
    /// <param name="windows">The windows of the convolution, one for each pixel.</param>
    public static Tensor Compute(Tensor x, Tensor weight, Tensor? bias, WindowGeometry windows)
    {
        using DisposeScope scope = NewDisposeScope();
        (int images, _, _, int size) = NchwShape.Of(x);
        int outputs = (int)weight.size(0);
        // The weights that an output pixel needs are a window of the map's size over the filter. The first pixel needs the last window, hence the
        // flip.
        Tensor matrix = Im2ColWindows.Of(weight, new WindowGeometry(size, 1, size - 1 - windows.Padding)).view(outputs * size * size, -1);
        Tensor pixels = x.permute(0, 2, 3, 1).reshape(images, -1);
        Tensor y = MatrixProduct.Of(matrix, pixels, null).view(outputs, size, size, images).permute(3, 1, 2, 0).flip(1, 2);
        return (bias is null ? y : y.Plus(bias)).contiguous().permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
