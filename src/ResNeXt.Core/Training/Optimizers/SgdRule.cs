using System.Numerics.Tensors;
using ResNeXt.Core.Kernels;
using TorchSharp.Modules;
using Tensor = TorchSharp.torch.Tensor;

namespace ResNeXt.Core.Training.Optimizers;

/// <summary>Stochastic gradient descent with momentum, plain or Nesterov's, and an L2 penalty.</summary>
/// <param name="momentum">The momentum, 0 to below 1.</param>
/// <param name="nesterov">Whether the momentum is Nesterov's.</param>
internal sealed class SgdRule(double momentum, bool nesterov) : IUpdateRule
{
    public IReadOnlyList<string> StateNames { get; } = ["momentum"];

    public void Update(ElementwisePass.Piece piece, UpdateSettings step)
    {
        // Fused where libtorch fuses, so that the weights equal those of the tensor operations below, bit for bit.
        Span<float> weights = piece[0], buffer = piece[1], gradient = piece[2];
        if (step.WeightDecay > 0)
            TensorPrimitives.FusedMultiplyAdd(weights, (float)step.WeightDecay, gradient, gradient);
        TensorPrimitives.MultiplyAdd(buffer, (float)momentum, gradient, buffer);
        if (nesterov)
            TensorPrimitives.FusedMultiplyAdd(buffer, (float)momentum, gradient, gradient);
        TensorPrimitives.FusedMultiplyAdd(nesterov ? gradient : buffer, (float)-step.Rate, weights, weights);
    }

    public void Update(Parameter parameter, IReadOnlyList<Tensor> state, Tensor gradient, UpdateSettings step)
    {
        Tensor buffer = state[0];
        if (step.WeightDecay > 0)
            gradient.Increase(parameter, step.WeightDecay);
        buffer.Scale(momentum).Increase(gradient);
        if (nesterov)
            gradient.Increase(buffer, momentum);
        parameter.Increase(nesterov ? gradient : buffer, -step.Rate);
    }
}
