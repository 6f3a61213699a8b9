using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels.Im2Col;

/// <summary>
/// Lays out the windows that a convolution sees as rows of a matrix, so that its product with the weights is the convolution ("im2col"): from
/// N x C x H x W to (N Ho Wo) x (K K C), for float32 and bfloat16 in channels-last order on the CPU. A multiple of 16 channels.
/// </summary>
internal sealed unsafe class Im2ColWindows : autograd.SingleTensorFunction<Im2ColWindows>
{
    public override string Name => nameof(Im2ColWindows);

    /// <summary>Lays them out; the result belongs to the current dispose scope.</summary>
    /// <param name="x">N x C x H x W; stays the caller's.</param>
    /// <param name="geometry">Where they lie.</param>
    public static Tensor Of(Tensor x, WindowGeometry geometry) =>
        x.requires_grad && is_grad_enabled() ? apply(x, geometry) : Gather(x, WindowPasses.Of(x, geometry));

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var x = (Tensor)vars[0];
        var passes = WindowPasses.Of(x, (WindowGeometry)vars[1]);
        ctx.save_data(nameof(WindowPasses), passes);
        return Gather(x, passes);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        ReturnedGradients.Release();
        var passes = (WindowPasses)ctx.get_data(nameof(WindowPasses));
        using Tensor rows = grad_output.contiguous();
        using Tensor pixels = empty(passes.PixelShape, rows.dtype);
        passes.Scatter(TensorMemory.Address(rows), TensorMemory.Address(pixels));
        grad_output.Dispose();
        return ReturnedGradients.Keep([pixels.permute(0, 3, 1, 2), null!]);
    }

    private static Tensor Gather(Tensor x, WindowPasses passes)
    {
        using Tensor pixels = TensorMemory.ChannelsLast(x);
        Tensor rows = empty(passes.MatrixShape, x.dtype);
        passes.Gather(TensorMemory.Address(pixels), TensorMemory.Address(rows));
        return rows;
    }
}
