using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Optimizers;

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2017, arXiv 1711.05101, algorithm 2).</summary>
internal sealed class AdamW : IOptimizer
{
    private const double SecondBeta = 0.999, Epsilon = 1e-8;

    private readonly (TrainedParameter Of, Tensor Mean, Tensor Square)[] _parameters;
    private readonly double _firstBeta;

    public AdamW(IEnumerable<TrainedParameter> parameters, double firstBeta)
    {
        _parameters = [.. parameters.Select(item => (item, zeros_like(item.Parameter, requires_grad: false), zeros_like(item.Parameter, requires_grad: false)))];
        _firstBeta = firstBeta;
    }

    public IEnumerable<(string Name, Tensor Value)> Memory => _parameters.SelectMany(item =>
        new[] { ($"mean.{item.Of.Name}", item.Mean), ($"square.{item.Of.Name}", item.Square) });

    public void Step(double rate, long step)
    {
        double meanCorrection = 1 - Math.Pow(_firstBeta, step + 1), squareCorrection = Math.Sqrt(1 - Math.Pow(SecondBeta, step + 1));
        foreach (((_, TorchSharp.Modules.Parameter parameter, double rateFactor, double weightDecay), Tensor mean, Tensor square) in _parameters)
        {
            using Tensor gradient = parameter.grad!;
            double ownRate = rate * rateFactor;
            parameter.mul_(1 - ownRate * weightDecay);
            mean.mul_(_firstBeta).add_(gradient, alpha: 1 - _firstBeta);
            square.mul_(SecondBeta).addcmul_(gradient, gradient, value: 1 - SecondBeta);
            using Tensor root = square.sqrt();
            root.div_(squareCorrection).add_(Epsilon);
            parameter.addcdiv_(mean, root, value: -ownRate / meanCorrection);
            parameter.grad = null;
        }
    }

    public void Dispose()
    {
        foreach ((_, Tensor mean, Tensor square) in _parameters)
        {
            mean.Dispose();
            square.Dispose();
        }
    }
}
