using ResNeXt.Core.Images;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Networks;
using ResNeXt.Core.Training.Loop;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Tests.Training.Loop;

public sealed class LinearDiscriminantAnalysisTests
{
    // The features of SmallNetworks.ResNet.
    private const int Length = 16;

    private static readonly TrainingRecipe Recipe = new();

    // The first feature varies much and the second little: Fisher's direction is the difference of the means divided by the variances.
    [Fact]
    public void SetHead_ForFeaturesThatVaryDifferently_WeighsThemByTheirVariances()
    {
        using ImageStore features = Features((1, 1), 400, classes: 2, width: 4, height: 0.5);

        (float[] weight, _) = Head(2, features);

        // Means +-1 in both, variances 16/3 and 0.25/3 (uniform), and half of each is the mean variance of all 16 features.
        double mean = ((16.0 / 3) + (0.25 / 3)) / Length;
        double expected = ((16.0 / 3) + mean) / ((0.25 / 3) + mean);
        Assert.Equal(expected, (weight[Length + 1] - weight[1]) / (weight[Length] - weight[0]), 0.2 * expected);
    }

    [Fact]
    public void SetHead_ForClassesOfDifferentSize_PrefersTheLargerOneInTheMiddle()
    {
        using ImageStore features = Features((1, 1), 300, classes: 2, width: 1, height: 1, firstOf: 10);

        (float[] weight, float[] bias) = Head(2, features);
        (float[] evenWeight, float[] evenBias) = Head(2, features, Recipe with { BalancedSampling = true });

        Assert.Equal(Math.Log(9), bias[1] - bias[0], 1.0);
        Assert.Equal(0, evenBias[1] - evenBias[0], 1.0);
        Assert.True(bias[1] - bias[0] > evenBias[1] - evenBias[0] + 1);
        Assert.All(weight.Concat(evenWeight), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void SetHead_ForAClassWithoutAnImage_NeverPredictsIt()
    {
        using ImageStore features = Features((1, 1), 100, classes: 2, width: 1, height: 1);

        (float[] weight, float[] bias) = Head(3, features);

        Assert.All(weight[(2 * Length)..], value => Assert.Equal(0, value));
        Assert.True(bias[2] < -3);
    }

    [Fact]
    public void SetHead_ForOneImageOfEachClass_IsFiniteAndRight()
    {
        using ImageStore features = Features((1, 1), 2, classes: 2, width: 0, height: 0);

        (float[] weight, float[] bias) = Head(2, features);

        Assert.All(weight.Concat(bias), value => Assert.True(float.IsFinite(value)));
        Assert.True(weight[Length] > weight[0]);
    }

    [Fact]
    public void SetHead_ForEqualFeatures_LeavesTheHead()
    {
        using ImageStore features = Features((0, 0), 10, classes: 2, width: 0, height: 0);
        using ResidualNetwork network = new(SmallNetworks.ResNet, 2, seed: 1);
        StateDict before = network.GetWeights();

        LinearDiscriminantAnalysis.SetHead(network, [features], Recipe);

        SmallTraining.AssertSame(before, network.GetWeights());
    }

    private static (float[] Weight, float[] Bias) Head(int classes, ImageStore features, TrainingRecipe? recipe = null)
    {
        using ResidualNetwork network = new(SmallNetworks.ResNet, classes, seed: 1);
        LinearDiscriminantAnalysis.SetHead(network, [features], recipe ?? Recipe);
        StateDict weights = network.GetWeights();
        return (weights.Tensors["fc.weight"].Values.ToArray(), weights.Tensors["fc.bias"].Values.ToArray());
    }

    // The first two features are uniformly distributed around -mean in the first class and +mean in the second; the others are 0. Of so many
    // images in turn one is of the first class.
    private static ImageStore Features((double First, double Second) mean, int count, int classes, double width, double height, int? firstOf = null)
    {
        var random = new Random(1);
        var store = new ImageStore(new ImageShape(Length, 1, 1), 1_000_000);
        for (int index = 0; index < count; index++)
        {
            int label = index % (firstOf ?? classes) == 0 ? 0 : 1, sign = label == 0 ? -1 : 1;
            float[] values = new float[Length];
            values[0] = (float)((sign * mean.First) + (width * ((2 * random.NextDouble()) - 1)));
            values[1] = (float)((sign * mean.Second) + (height * ((2 * random.NextDouble()) - 1)));
            store.Add(values, label);
        }
        return store;
    }
}
