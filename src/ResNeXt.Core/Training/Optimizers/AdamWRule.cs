using System.Numerics.Tensors;
using ResNeXt.Core.Kernels;
using TorchSharp.Modules;
using Tensor = TorchSharp.torch.Tensor;

namespace ResNeXt.Core.Training.Optimizers;

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2017, arXiv 1711.05101, algorithm 2).</summary>
/// <param name="firstBeta">The decay of the moving average of gradients, 0 to below 1.</param>
internal sealed class AdamWRule(double firstBeta) : IUpdateRule
{
    private const double SecondBeta = 0.999, Epsilon = 1e-8;

    public IReadOnlyList<string> StateNames { get; } = ["mean", "square"];

    public void Update(ElementwisePass.Piece piece, UpdateSettings step)
    {
        (double meanCorrection, double squareCorrection) = BiasCorrections(step.Step);
        Span<float> weights = piece[0], mean = piece[1], square = piece[2], gradient = piece[3];
        TensorPrimitives.Lerp(mean, gradient, (float)(1 - firstBeta), mean);
        TensorPrimitives.Multiply(gradient, gradient, gradient);
        TensorPrimitives.Lerp(square, gradient, (float)(1 - SecondBeta), square);
        // From here on the gradient's memory holds the divisor of the mean.
        TensorPrimitives.Sqrt(square, gradient);
        TensorPrimitives.Divide(gradient, (float)squareCorrection, gradient);
        TensorPrimitives.Add(gradient, (float)Epsilon, gradient);
        TensorPrimitives.Divide(mean, gradient, gradient);
        TensorPrimitives.Multiply(weights, (float)(1 - step.Rate * step.WeightDecay), weights);
        TensorPrimitives.MultiplyAdd(gradient, (float)(-step.Rate / meanCorrection), weights, weights);
    }

    public void Update(Parameter parameter, IReadOnlyList<Tensor> state, Tensor gradient, UpdateSettings step)
    {
        (double meanCorrection, double squareCorrection) = BiasCorrections(step.Step);
        (Tensor mean, Tensor square) = (state[0], state[1]);
        parameter.Scale(1 - step.Rate * step.WeightDecay);
        mean.Scale(firstBeta).Increase(gradient, 1 - firstBeta);
        square.Scale(SecondBeta).IncreaseByProduct(gradient, gradient, 1 - SecondBeta);
        using Tensor root = square.sqrt();
        root.Scale(1 / squareCorrection).Increase(Epsilon);
        parameter.IncreaseByQuotient(mean, root, -step.Rate / meanCorrection);
    }

    // The averages start at 0; dividing by these undoes the bias that this gives the first steps.
    private (double Mean, double Square) BiasCorrections(long step) =>
        (1 - Math.Pow(firstBeta, step + 1), Math.Sqrt(1 - Math.Pow(SecondBeta, step + 1)));
}
