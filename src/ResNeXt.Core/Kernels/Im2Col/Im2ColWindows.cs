using ResNeXt.Core.Kernels.Simd;
using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels.Im2Col;

/// <summary>
/// The im2col transformation with its gradient, as an autograd function: lays out the window of every output pixel as a row of a matrix, from
/// N x C x H x W to (N Ho Wo) x (K K C).
/// </summary>
/// <remarks>
/// An output pixel of a convolution is the dot product of a K x K window of the input with a filter. With the windows as the rows of one matrix and
/// the filters as the rows of another, the convolution is a single matrix product, for which processors have very fast code; the price is that each
/// pixel is copied up to K x K times. Takes float32 and bfloat16 in channels-last format on the CPU; the number of channels is a multiple of 16.
/// </remarks>
internal sealed class Im2ColWindows : autograd.SingleTensorFunction<Im2ColWindows>
{
    public override string Name => nameof(Im2ColWindows);

    /// <summary>Lays out the windows. The result belongs to the current dispose scope.</summary>
    /// <param name="x">N x C x H x W; remains the caller's.</param>
    /// <param name="geometry">The windows of the convolution.</param>
    public static Tensor Of(Tensor x, WindowGeometry geometry) =>
        x.requires_grad && is_grad_enabled() ? apply(x, geometry) : Im2Col(x, PassesFor(x, geometry));

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var x = (Tensor)vars[0];
        Im2ColPasses passes = PassesFor(x, (WindowGeometry)vars[1]);
        ctx.save_data(nameof(Im2ColPasses), passes);
        return Im2Col(x, passes);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        ReturnedGradients.Release();
        var passes = (Im2ColPasses)ctx.get_data(nameof(Im2ColPasses));
        using Tensor rows = grad_output.contiguous();
        using Tensor pixels = empty(passes.PixelShape, rows.dtype);
        nint from = TensorMemory.Address(rows), to = TensorMemory.Address(pixels);
        if (rows.dtype == ScalarType.BFloat16)
            passes.Col2Im<BFloat16Lanes>(from, to);
        else
            passes.Col2Im<Float32Lanes>(from, to);
        grad_output.Dispose();
        return ReturnedGradients.Keep([pixels.permute(0, 3, 1, 2), null!]);
    }

    private static Im2ColPasses PassesFor(Tensor x, WindowGeometry geometry) => new(NchwShape.Of(x), geometry, (int)x.element_size());

    private static Tensor Im2Col(Tensor x, Im2ColPasses passes)
    {
        using Tensor pixels = TensorMemory.ChannelsLast(x);
        Tensor rows = empty(passes.MatrixShape, x.dtype);
        passes.Im2Col(TensorMemory.Address(pixels), TensorMemory.Address(rows));
        return rows;
    }
}
