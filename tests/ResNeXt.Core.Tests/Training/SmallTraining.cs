using ResNeXt.Core.Images;
using ResNeXt.Core.Images.Augmentation;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Networks;
using ResNeXt.Core.Training;
using ResNeXt.Core.Training.Checkpoints;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Tests.Training;

/// <summary>Trainings that take a moment: a network of two stages on images of two classes that differ in brightness.</summary>
internal static class SmallTraining
{
    public static PixelNormalization Normalization { get; } = new([80, 80, 80], [50, 50, 50]);

    /// <summary>Three epochs in batches of eight, every part of the standard recipe in use.</summary>
    public static TrainingRecipe Recipe { get; } = new() { MaxEpochs = 3, BatchSize = 8, LearningRate = 0.1f };

    public static TrainingRecipe FineTune { get; } =
        Recipe with { MaxEpochs = 4, FineTuning = new() { FrozenEpochs = 2 }, Augmentation = AugmentationPolicy.None };

    public static ResidualNetwork Network(int seed = 1) => new(SmallNetworks.ResNet, 2, seed);

    public static ImageStore Images(int count, int seed = 1)
    {
        var random = new Random(seed);
        var store = new ImageStore(new ImageShape(3, 8, 8), 1_000_000);
        for (int index = 0; index < count; index++)
            store.Add([.. Enumerable.Range(0, 192).Select(_ => (float)random.Next(index % 2 == 0 ? 120 : 200))], index % 2);
        return store;
    }

    /// <summary>In float32, whatever the processor can do: tests compare with computations in it.</summary>
    public static TrainingOptions Options(TrainingRecipe recipe, int seed = 1) =>
        new() { Recipe = recipe, Seed = seed, Precision = Precision.Float32, RetainNativeMemory = false };

    /// <summary>Trains with 30 images and 10 for validation, and returns the weights that are kept.</summary>
    public static StateDict Train(
        TrainingOptions options, CheckpointFolder? checkpoints = null, CancellationToken cancellation = default,
        Func<IImageDataset, IImageDataset>? source = null)
    {
        using ImageStore training = Images(30), validation = Images(10, 2);
        using ResidualNetwork network = Network();
        new ClassifierTrainer(network, Normalization, options)
            .Train(source is null ? training : source(training), validation, null, checkpoints, cancellation);
        return network.GetWeights();
    }

    /// <summary>A folder for the trainings of <see cref="Train"/>.</summary>
    public static CheckpointFolder Checkpoints(string folder, TrainingOptions options, bool resume = true, TimeSpan? interval = null, int kept = 3)
    {
        using ImageStore training = Images(30), validation = Images(10, 2);
        return new(folder, resume, CheckpointFolder.Identity(SmallNetworks.ResNet, options, Normalization, training, validation), interval, kept);
    }

    /// <summary>Bit for bit.</summary>
    public static void AssertSame(StateDict expected, StateDict actual)
    {
        Assert.Equal(expected.Tensors.Keys, actual.Tensors.Keys);
        Assert.Empty(Changed(expected, actual));
    }

    /// <summary>The names of the tensors that differ in any bit.</summary>
    public static IReadOnlyList<string> Changed(StateDict before, StateDict after) =>
        [.. before.Tensors.Where(item => !Bits(item.Value).SequenceEqual(Bits(after.Tensors[item.Key]))).Select(item => item.Key)];

    private static IEnumerable<int> Bits(WeightTensor tensor) => tensor.Values.ToArray().Select(BitConverter.SingleToInt32Bits);
}
