using ResNeXt.Core.Images;
using ResNeXt.Core.Kernels;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.TorchRuntime;
using ResNeXt.Core.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Loop;

/// <summary>
/// Linear discriminant analysis: the linear classifier that is best if the features of every class are normally distributed with the same covariance
/// (Fisher 1936). It is computed in one step, and from few images it classifies better than what gradient descent finds.
/// </summary>
internal static class LinearDiscriminantAnalysis
{
    // Few images tell little about the covariance of hundreds of features, so half of it is replaced by the mean variance (Friedman 1989).
    private const double Shrinkage = 0.5;

    // A variance that is this part of the variance over all classes counts as 0.
    private const double LeastVariance = 1e-6;

    private const int BatchSize = 256;

    /// <summary>Sets weight and bias of the last layer.</summary>
    /// <param name="network">The network.</param>
    /// <param name="features">Sets of features of the same classes; an "image" is the feature vector of an image.</param>
    /// <param name="recipe">
    /// The recipe. Its label smoothing decides how large the logits are, because discriminant analysis is far too sure from few images.
    /// </param>
    public static void SetHead(ResidualNetwork network, IReadOnlyList<IImageDataset> features, TrainingRecipe recipe)
    {
        using DisposeScope scope = NewDisposeScope();
        using var noGradient = no_grad();
        Moments moments = Measure(features, network.Architecture.FeatureCount, network.Classes);
        Tensor mean = moments.Sums.sum([0L]).DividedBy(moments.Count);
        // A class without an image has the mean of all, so that it has the weights 0.
        Tensor counts = moments.Counts.unsqueeze(1);
        Tensor classMeans = (moments.Sums / counts.AtLeast(1) - mean) * counts.sign();
        Tensor total = moments.Products.DividedBy(moments.Count) - outer(mean, mean);
        Tensor within = total - classMeans.t().matmul(classMeans * counts).DividedBy(moments.Count);
        double totalVariance = total.diag().mean().item<double>();
        if (totalVariance <= 0)
            return;
        double variance = Math.Max(within.diag().mean().item<double>(), LeastVariance * totalVariance);
        Tensor covariance = within.Times(1 - Shrinkage).Plus(eye(within.shape[0], within.shape[0], ScalarType.Float64), Shrinkage * variance);
        Tensor weight = linalg.solve(covariance, classMeans.t()).t();
        Tensor bias = -(weight * classMeans.DividedBy(2).Plus(mean)).sum([1L]);
        Tensor priors = recipe.BalancedSampling
            ? zeros(network.Classes, ScalarType.Float64)
            : moments.Counts.Plus(1).DividedBy(moments.Count + network.Classes).log();
        double scale = Scale(features, weight, bias, priors, recipe.LabelSmoothing);
        Set(network, weight.Times(scale), priors.Plus(bias, scale));
    }

    private static Moments Measure(IReadOnlyList<IImageDataset> features, int length, int classes)
    {
        Tensor counts = zeros(classes, ScalarType.Float64), sums = zeros([classes, length], ScalarType.Float64);
        Tensor products = zeros([length, length], ScalarType.Float64);
        foreach ((Tensor values, Tensor labels) in Batches(features))
        {
            using DisposeScope scope = NewDisposeScope();
            counts.index_add_(0, labels, ones(labels.shape[0], ScalarType.Float64), TensorArithmetic.One);
            sums.index_add_(0, labels, values, TensorArithmetic.One);
            products.addmm_(values.t(), values);
            values.Dispose();
            labels.Dispose();
        }
        return new(features.Sum(set => (double)set.Count), counts, sums, products);
    }

    // The factor of the logits with the smallest training loss.
    private static double Scale(IReadOnlyList<IImageDataset> features, Tensor weight, Tensor bias, Tensor priors, double smoothing)
    {
        List<Tensor> scores = [], classes = [];
        foreach ((Tensor values, Tensor labels) in Batches(features))
        {
            using DisposeScope scope = NewDisposeScope();
            scores.Add(values.matmul(weight.t()).Increase(bias).to_type(ScalarType.Float32).MoveToOuterDisposeScope());
            classes.Add(labels);
            values.Dispose();
        }
        Tensor all = cat(scores, 0), targets = cat(classes, 0);
        Tensor single = priors.to_type(ScalarType.Float32);
        double deviation = Math.Max(all.std().item<float>(), float.Epsilon);
        return Enumerable.Range(-8, 25).Select(step => Math.Pow(2, step / 4.0) / deviation).MinBy(scale =>
        {
            using DisposeScope scope = NewDisposeScope();
            return nn.functional.cross_entropy(single.Plus(all, scale), targets, label_smoothing: smoothing).item<float>();
        });
    }

    private static IEnumerable<(Tensor Values, Tensor Labels)> Batches(IReadOnlyList<IImageDataset> features)
    {
        foreach (IImageDataset set in features)
        {
            int length = set.Shape.Length;
            for (int first = 0; first < set.Count; first += BatchSize)
            {
                int count = Math.Min(BatchSize, set.Count - first);
                float[] values = new float[count * length];
                for (int index = 0; index < count; index++)
                    set.CopyTo(first + index, values.AsSpan(index * length, length));
                long[] labels = [.. Enumerable.Range(first, count).Select(index => (long)set.Label(index))];
                using Tensor single = tensor(values, [count, length]);
                yield return (single.to_type(ScalarType.Float64), tensor(labels));
            }
        }
    }

    private static void Set(ResidualNetwork network, Tensor weight, Tensor bias)
    {
        WeightTensor Single(Tensor tensor) =>
            new([.. tensor.shape.Select(size => (int)size)], tensor.to_type(ScalarType.Float32).contiguous().ToFloats());

        network.SetWeights(new StateDict([
            KeyValuePair.Create($"{NetworkDefinition.Head}.weight", Single(weight)),
            KeyValuePair.Create($"{NetworkDefinition.Head}.bias", Single(bias))]));
    }

    // The number of features, how many there are of each class, their sums by class, and the sums of the products of every two features.
    private sealed record Moments(double Count, Tensor Counts, Tensor Sums, Tensor Products);
}
