using System.Runtime.InteropServices;
using ResNeXt.Core.Images;
using ResNeXt.Core.Images.Augmentation;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Onnx.Import.Making;
using ResNeXt.Core.TorchRuntime;
using ResNeXt.Core.Training;
using ResNeXt.Core.Training.Data;
using ResNeXt.Core.Training.Devices;
using ResNeXt.Core.Training.LearningRate;
using ResNeXt.Core.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.Training.LearningRate;

public sealed class LearningRateFinderTests
{
    private static readonly PixelNormalization Normalization = new([100, 100, 100], [50, 50, 50]);
    private static readonly TrainingRecipe Recipe = new() { BatchSize = 10, Augmentation = AugmentationPolicy.None, LabelSmoothing = 0 };

    [Fact]
    public void Find_OnAToySet_ProposesARateThatLearnsIt()
    {
        using ImageStore images = Images();
        using ResidualNetwork network = Network();

        LearningRateCurve curve = Find(network, images, Recipe);

        Assert.InRange(curve.ProposedRate!.Value, 1e-3, 0.5);
        Assert.Contains("proposed", curve.Verdict);
        var trainer = new ClassifierTrainer(network, Normalization, new()
        {
            Recipe = Recipe with
            {
                MaxEpochs = 8, LearningRate = (float)curve.ProposedRate.Value, Schedule = LearningRateSchedule.Cosine with { MaximumRise = null },
            },
            Seed = 1,
            Precision = Precision.Float32,
        });
        Assert.True(trainer.Train(images).Epochs[^1].TrainLoss < 0.3);
    }

    [Fact]
    public void Find_Always_TriesRatesThatGrowByTheSameFactor()
    {
        using ImageStore images = Images();
        using ResidualNetwork network = Network();

        IReadOnlyList<LearningRatePoint> points = Find(network, images, Recipe, new() { Lowest = 1e-4f, Highest = 1e-2f, Steps = 21 }).Points;

        Assert.Equal(21, points.Count);
        Assert.Equal(1e-4, points[0].Rate, 1e-9);
        Assert.Equal(1e-3, points[10].Rate, 1e-8);
        Assert.Equal(1e-2, points[20].Rate, 1e-7);
        Assert.Equal(points[0].Loss, points[0].SmoothedLoss, 1e-9);
        Assert.Equal((0.9 * points[0].Loss + points[1].Loss) / 1.9, points[1].SmoothedLoss, 1e-9);
    }

    [Fact]
    public void Find_Always_LeavesTheNetworkAsItWas()
    {
        using ImageStore images = Images();
        using ResidualNetwork network = Network();
        network.eval();
        Dictionary<string, byte[]> before = State(network);

        Find(network, images, Recipe);

        Assert.Equal(before, State(network));
        Assert.All(network.modules(), module => Assert.False(module.training));
        Assert.All(network.parameters(), parameter => Assert.True(parameter.requires_grad && parameter.grad is null));
    }

    [Fact]
    public void Find_WithFoldedNormalization_StartsFromWhatTheNetworkHasLearned()
    {
        using var images = new ImageStore(new ImageShape(3, 64, 64), 1_000_000);
        var random = new Random(1);
        for (int index = 0; index < 16; index++)
            images.Add([.. Enumerable.Range(0, images.Shape.Length).Select(_ => (float)random.Next(256))], index % ForeignNetworks.Classes);
        using var network = new ResidualNetwork(ForeignNetworks.Basic, ForeignNetworks.Classes);
        network.SetWeights(ForeignNetworks.ImportOf(ForeignNetworks.Write(ForeignNetworks.Basic, new("folded") { IsFolded = true })).Weights);

        LearningRatePoint first = Find(network, images, Recipe with { BatchSize = images.Count }, new() { Steps = 20 }).Points[0];

        Assert.Equal(LossOf(network, images), first.Loss, 1e-3);
    }

    [Fact]
    public void Find_CancelledOnTheWay_LeavesTheNetworkAsItWas()
    {
        using ImageStore images = Images();
        using ResidualNetwork network = Network();
        using var cancellation = new CancellationTokenSource();
        Dictionary<string, byte[]> before = State(network);
        var stopping = new StoppingSource(images, reads: 100, cancellation);

        Assert.Throws<OperationCanceledException>(() => Finder(network, Recipe).Find(stopping, cancellation: cancellation.Token));

        Assert.Equal(before, State(network));
    }

    [Fact]
    public void Find_TwiceWithOneSeed_GivesTheSameCurve()
    {
        using ImageStore images = Images();
        using ResidualNetwork network = Network();
        var range = new LearningRateRange { Steps = 25 };

        IReadOnlyList<LearningRatePoint> first = Find(network, images, Recipe, range).Points;

        Assert.Equal(first, Find(network, images, Recipe, range).Points);
        Assert.NotEqual(first, Find(network, images, Recipe, range, seed: 2).Points);
    }

    [Fact]
    public void Find_WhereNothingFalls_ProposesNothingAndSaysWhy()
    {
        using ImageStore images = Images();
        using ResidualNetwork network = Network();

        LearningRateCurve curve = Find(network, images, Recipe, new() { Lowest = 1e-9f, Highest = 1e-7f, Steps = 40 });

        Assert.Null(curve.ProposedRate);
        Assert.Contains("between 1E-09 and 1E-07 the loss never falls", curve.Verdict);
        Assert.Equal(40, curve.Points.Count);
    }

    [Fact]
    public void Find_WhereTheLossExplodes_StopsThere()
    {
        using ImageStore images = Images();
        using ResidualNetwork network = Network();

        LearningRateCurve curve = Find(network, images, Recipe, new() { Lowest = 1e-4f, Highest = 100, Steps = 100 });

        Assert.InRange(curve.Points.Count, 20, 99);
        Assert.All(curve.Points, point => Assert.True(double.IsFinite(point.SmoothedLoss)));
    }

    [Fact]
    public void Find_WithWeightsThatAreNotNumbers_ProposesNothingAndSaysWhy()
    {
        using ImageStore images = Images();
        using ResidualNetwork network = Network();
        network.SetWeights(new([KeyValuePair.Create("fc.bias", new WeightTensor([2], new[] { float.NaN, 0 }))]));

        LearningRateCurve curve = Find(network, images, Recipe);

        Assert.Null(curve.ProposedRate);
        Assert.Contains("exploded", curve.Verdict);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Find_WithFineTuning_TrainsTheHeadAlone(bool cacheFeatures)
    {
        using ImageStore images = Images();
        using ResidualNetwork network = Network();
        TrainingRecipe recipe = Recipe with { FineTuning = new() { CacheFeatures = cacheFeatures } };
        var range = new LearningRateRange { Lowest = 1e-4f, Highest = 10, Steps = 40 };

        IReadOnlyList<LearningRatePoint> found = Find(network, images, recipe, range).Points, whole = Find(network, images, Recipe, range).Points;

        // By hand: logistic regression of the network's features, over the same batches.
        Assert.All(OfHead(network, images, range).Zip(found), pair => Assert.Equal(pair.First, pair.Second.Loss, 1e-3 * (1 + pair.First)));
        Assert.NotEqual(found, whole);
    }

    [Fact]
    public void Find_WithAccumulation_AveragesTheLossOfAStep()
    {
        using ImageStore images = Images();
        using ResidualNetwork network = Network();
        var tiny = new LearningRateRange { Lowest = 1e-12f, Highest = 1e-11f, Steps = 20 };

        double[] single = [.. Find(network, images, Recipe, tiny).Points.Select(point => point.Loss)];
        double[] pairs = [.. Find(network, images, Recipe with { GradientAccumulationSteps = 2 }, tiny).Points.Select(point => point.Loss)];

        Assert.All(Enumerable.Range(0, 10), step => Assert.Equal((single[2 * step] + single[2 * step + 1]) / 2, pairs[step], 1e-5));
    }

    [Theory]
    [InlineData(0, 1, 100, "from 0 to 1")]
    [InlineData(1, 0.1f, 100, "from 1 to 0.1")]
    [InlineData(1e-5f, 1, 3, "Steps is 3")]
    public void Find_WithAnImpossibleRange_SaysWhatIsAllowed(float lowest, float highest, int steps, string mention)
    {
        using ImageStore images = Images();
        using ResidualNetwork network = Network();

        var exception = Assert.Throws<ArgumentException>(() =>
            Find(network, images, Recipe, new() { Lowest = lowest, Highest = highest, Steps = steps }));

        Assert.Contains(mention, exception.Message);
    }

    private static LearningRateCurve Find(ResidualNetwork network, IImageDataset images, TrainingRecipe recipe, LearningRateRange? range = null,
        int seed = 1) =>
        Finder(network, recipe, seed).Find(images, range);

    private static LearningRateFinder Finder(ResidualNetwork network, TrainingRecipe recipe, int seed = 1) =>
        new(network, Normalization, new TrainingOptions { Recipe = recipe, Seed = seed, Precision = Precision.Float32 });

    private static ResidualNetwork Network() => new(Architectures.Get("resnet20_cifar"), 2, seed: 1);

    // Dark and light noise.
    private static ImageStore Images()
    {
        var random = new Random(1);
        var store = new ImageStore(new ImageShape(3, 8, 8), 1_000_000);
        for (int index = 0; index < 40; index++)
            store.Add([.. Enumerable.Range(0, 192).Select(_ => (float)random.Next(index % 2 == 0 ? 120 : 200))], index % 2);
        return store;
    }

    private static double LossOf(ResidualNetwork network, ImageStore images)
    {
        using DisposeScope scope = NewDisposeScope();
        using Batch all = new BatchLoader(images, Normalization, images.Count, workers: 1, Computation.OnCpu).InOrder(default).Single();
        network.eval();
        return nn.functional.cross_entropy(network.call(all.Images), all.Labels).item<float>();
    }

    private static Dictionary<string, byte[]> State(ResidualNetwork network) =>
        network.state_dict().ToDictionary(item => item.Key, item => MemoryMarshal.AsBytes(item.Value.ToFloats().AsSpan()).ToArray());

    private static IEnumerable<double> OfHead(ResidualNetwork network, ImageStore images, LearningRateRange range)
    {
        using DisposeScope scope = NewDisposeScope();
        network.eval();
        TorchSharp.Modules.Parameter weight = nn.Parameter(network.get_parameter("fc.weight")!.detach().clone());
        TorchSharp.Modules.Parameter bias = nn.Parameter(network.get_parameter("fc.bias")!.detach().clone());
        using var optimizer = optim.SGD([weight, bias], 0.1, momentum: 0.9, nesterov: true);
        var decay = (double)Recipe.WeightDecay;
        var losses = new List<double>();
        for (int step = 0, epoch = 1; step < range.Steps; epoch++)
        {
            int[] order = new EpochRandom(1, epoch).Shuffled(images);
            for (int first = 0; first < order.Length && step < range.Steps; first += 10, step++)
            {
                Tensor features = network.ForwardFeatures(cat([.. order[first..(first + 10)].Select(index => Input(images, index))])).detach();
                Tensor labels = tensor(order[first..(first + 10)].Select(index => (long)images.Label(index)).ToArray());
                optimizer.zero_grad();
                Tensor loss = nn.functional.cross_entropy(nn.functional.linear(features, weight, bias), labels);
                losses.Add(loss.item<float>());
                loss.backward();
                using (no_grad())
                    weight.grad!.add_(weight, alpha: decay);
                foreach (var group in optimizer.ParamGroups)
                    group.LearningRate = range.Lowest * Math.Pow(range.Highest / range.Lowest, step / (range.Steps - 1.0));
                optimizer.step();
            }
        }
        return losses;
    }

    private static Tensor Input(ImageStore images, int index)
    {
        var pixels = new float[images.Shape.Length];
        images.CopyTo(index, pixels);
        return tensor(pixels.Select(value => (value - 100) / 50).ToArray(), [1, 3, 8, 8]);
    }

    // Cancels after some images have been read.
    private sealed class StoppingSource(ImageStore images, int reads, CancellationTokenSource cancellation) : IImageDataset
    {
        private int _reads;

        public ImageShape Shape => images.Shape;

        public int Count => images.Count;

        public PixelRange Range => images.Range;

        public int Label(int index) => images.Label(index);

        public void CopyTo(int index, Span<float> pixels)
        {
            if (Interlocked.Increment(ref _reads) == reads)
                cancellation.Cancel();
            images.CopyTo(index, pixels);
        }
    }
}
