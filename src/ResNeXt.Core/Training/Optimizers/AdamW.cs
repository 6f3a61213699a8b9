using System.Numerics.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

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
        if (_parameters.All(item => ElementwisePass.Reaches(item.Of.Parameter)))
        {
            ElementwisePass.Run(
                _parameters.Select(item => new[] { item.Of.Parameter, item.Mean, item.Square, item.Of.Parameter.grad! }),
                piece => Move(piece, rate, meanCorrection, squareCorrection));
        }
        else
        {
            Array.ForEach(_parameters, item => Move(item.Of, item.Mean, item.Square, rate, meanCorrection, squareCorrection));
        }
        foreach ((TrainedParameter of, _, _) in _parameters)
            of.Parameter.grad = null;
    }

    public void Dispose()
    {
        foreach ((_, Tensor mean, Tensor square) in _parameters)
        {
            mean.Dispose();
            square.Dispose();
        }
    }

    private void Move(ElementwisePass.Piece piece, double rate, double meanCorrection, double squareCorrection)
    {
        Span<float> weights = piece[0], mean = piece[1], square = piece[2], gradient = piece[3];
        TrainedParameter of = _parameters[piece.Number].Of;
        double ownRate = rate * of.RateFactor;
        TensorPrimitives.Lerp(mean, gradient, (float)(1 - _firstBeta), mean);
        TensorPrimitives.Multiply(gradient, gradient, gradient);
        TensorPrimitives.Lerp(square, gradient, (float)(1 - SecondBeta), square);
        // The gradient's memory takes what divides the mean.
        TensorPrimitives.Sqrt(square, gradient);
        TensorPrimitives.Divide(gradient, (float)squareCorrection, gradient);
        TensorPrimitives.Add(gradient, (float)Epsilon, gradient);
        TensorPrimitives.Divide(mean, gradient, gradient);
        TensorPrimitives.Multiply(weights, (float)(1 - ownRate * of.WeightDecay), weights);
        TensorPrimitives.MultiplyAdd(gradient, (float)(-ownRate / meanCorrection), weights, weights);
    }

    // The same where the elements are out of reach: on a GPU.
    private void Move(TrainedParameter of, Tensor mean, Tensor square, double rate, double meanCorrection, double squareCorrection)
    {
        Parameter parameter = of.Parameter;
        using Tensor gradient = parameter.grad!;
        double ownRate = rate * of.RateFactor;
        parameter.mul_(1 - ownRate * of.WeightDecay);
        mean.mul_(_firstBeta).add_(gradient, alpha: 1 - _firstBeta);
        square.mul_(SecondBeta).addcmul_(gradient, gradient, value: 1 - SecondBeta);
        using Tensor root = square.sqrt();
        root.div_(squareCorrection).add_(Epsilon);
        parameter.addcdiv_(mean, root, value: -ownRate / meanCorrection);
    }
}
