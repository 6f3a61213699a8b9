using System.Numerics.Tensors;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace ResNeXt.Core.Training.Optimizers;

/// <summary>Stochastic gradient descent with momentum, Nesterov's or the plain one, and an L2 penalty.</summary>
internal sealed class MomentumSgd : IOptimizer
{
    private readonly (TrainedParameter Of, Tensor Momentum)[] _parameters;
    private readonly double _momentum;
    private readonly bool _nesterov;

    public MomentumSgd(IEnumerable<TrainedParameter> parameters, double momentum, bool nesterov)
    {
        _parameters = [.. parameters.Select(item => (item, zeros_like(item.Parameter, requires_grad: false)))];
        _momentum = momentum;
        _nesterov = nesterov;
    }

    public IEnumerable<(string Name, Tensor Value)> Memory => _parameters.Select(item => ($"momentum.{item.Of.Name}", item.Momentum));

    public void Step(double rate, long step)
    {
        if (_parameters.All(item => ElementwisePass.Reaches(item.Of.Parameter)))
            ElementwisePass.Run(_parameters.Select(item => new[] { item.Of.Parameter, item.Momentum, item.Of.Parameter.grad! }), piece => Move(piece, rate));
        else
            Array.ForEach(_parameters, item => Move(item.Of, item.Momentum, rate));
        foreach ((TrainedParameter of, _) in _parameters)
            of.Parameter.grad = null;
    }

    public void Dispose()
    {
        foreach ((_, Tensor momentum) in _parameters)
            momentum.Dispose();
    }

    private void Move(ElementwisePass.Piece piece, double rate)
    {
        // Fused where libtorch fuses: the weights are those of the operations below, bit for bit.
        Span<float> weights = piece[0], momentum = piece[1], gradient = piece[2];
        TrainedParameter of = _parameters[piece.Number].Of;
        if (of.WeightDecay > 0)
            TensorPrimitives.FusedMultiplyAdd(weights, (float)of.WeightDecay, gradient, gradient);
        TensorPrimitives.MultiplyAdd(momentum, (float)_momentum, gradient, momentum);
        if (_nesterov)
            TensorPrimitives.FusedMultiplyAdd(momentum, (float)_momentum, gradient, gradient);
        TensorPrimitives.FusedMultiplyAdd(_nesterov ? gradient : momentum, (float)(-rate * of.RateFactor), weights, weights);
    }

    // The same where the elements are out of reach: on a GPU.
    private void Move(TrainedParameter of, Tensor momentum, double rate)
    {
        using Tensor gradient = of.Parameter.grad!;
        if (of.WeightDecay > 0)
            gradient.add_(of.Parameter, alpha: of.WeightDecay);
        momentum.mul_(_momentum).add_(gradient);
        if (_nesterov)
            gradient.add_(momentum, alpha: _momentum);
        of.Parameter.add_(_nesterov ? gradient : momentum, alpha: -rate * of.RateFactor);
    }
}
