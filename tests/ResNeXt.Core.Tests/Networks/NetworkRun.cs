using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights.Matching;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.Networks;

/// <summary>What a network gives for fixed images: outputs, the gradient of its input, and the gradients of its weights.</summary>
/// <param name="Outputs">The logits.</param>
/// <param name="InputGradients">Of a fixed weighted sum of the logits.</param>
/// <param name="WeightGradients">By parameter.</param>
internal sealed record NetworkRun(double[] Outputs, double[] InputGradients, IReadOnlyDictionary<string, double[]> WeightGradients)
{
    public const int Classes = 5;
    private const int Images = 3;

    /// <summary>Runs a network in training mode, in that precision.</summary>
    public static NetworkRun Of(Architecture architecture, StateDict weights, ScalarType precision)
    {
        using DisposeScope scope = NewDisposeScope();
        // Hundreds of tiny operations: sharing each among threads that other work keeps busy takes far longer than the operation.
        set_num_threads(1);
        using var network = new ResidualNetwork(architecture, Classes);
        network.SetWeights(weights);
        network.to(precision);
        int size = SmallNetworks.ImageSize;
        Tensor images = tensor(GoldenWeights.Images(Images, 3, size), [Images, 3, size, size]).to(precision).requires_grad_();
        Tensor logits = network.call(images);
        logits.mul(linspace(-1, 1, logits.numel(), precision).reshape(logits.shape)).sum().backward();
        return new(Values(logits), Values(images.grad!), network.named_parameters().ToDictionary(item => item.name, item => Values(item.parameter.grad!)));
    }

    /// <summary>The weight gradients under the names of another form.</summary>
    public IReadOnlyDictionary<string, double[]> WeightGradientsAs(Architecture from, Architecture to)
    {
        // A double is the sum of a float and of a float for what is left, exactly enough for 1e-12.
        StateDict high = BlockFormConverter.Convert(Gradients(from, value => (float)value), from, to);
        StateDict low = BlockFormConverter.Convert(Gradients(from, value => (float)(value - (float)value)), from, to);
        return to.Tensors(Classes).Where(spec => !spec.IsStatistic).ToDictionary(spec => spec.Name, spec =>
            high.Tensors[spec.Name].Values.ToArray().Zip(low.Tensors[spec.Name].Values.ToArray(), (a, b) => a + (double)b).ToArray());
    }

    /// <summary>The largest difference, relative to the largest expected value.</summary>
    public static double Difference(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        return expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max() / expected.Max(Math.Abs);
    }

    private StateDict Gradients(Architecture architecture, Func<double, float> value) => new(architecture.Tensors(Classes).Select(spec =>
        KeyValuePair.Create(spec.Name, new WeightTensor(spec.Shape,
            spec.IsStatistic ? new float[spec.Length] : Array.ConvertAll(WeightGradients[spec.Name], gradient => value(gradient))))));

    private static double[] Values(Tensor tensor) => tensor.detach().to(ScalarType.Float64).contiguous().data<double>().ToArray();
}
