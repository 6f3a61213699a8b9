using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels;

/// <summary>
/// The identity, as an autograd function: it calls an action when the backward pass reaches it. By then, the gradients of all layers after it are
/// complete, because autograd computes the gradients of later operations first.
/// </summary>
internal sealed class BackwardPoint : autograd.SingleTensorFunction<BackwardPoint>
{
    public override string Name => nameof(BackwardPoint);

    /// <summary>Marks a tensor. The result shares its memory, and belongs to the current dispose scope.</summary>
    /// <param name="x">The tensor; remains the caller's.</param>
    /// <param name="reached">The action. It must not throw, because native code calls it. It is not called if the tensor needs no gradient.</param>
    public static Tensor Mark(Tensor x, Action reached)
    {
        if (!x.requires_grad || !is_grad_enabled())
            return x.alias();
        using DisposeScope scope = NewDisposeScope();
        return apply(x, reached).MoveToOuterDisposeScope();
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.save_data(nameof(Action), vars[1]);
        return ((Tensor)vars[0]).alias();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        ReturnedGradients.Release();
        ((Action)ctx.get_data(nameof(Action)))();
        ctx.Dispose();
        return ReturnedGradients.Keep([grad_output, null!]);
    }
}
