using ResNeXt.Core.Images;
using ResNeXt.Core.Images.Augmentation;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Training;
using ResNeXt.Core.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.Training;

public sealed class ClassifierTrainerTests
{
    private static readonly PixelNormalization Normalization = new([100, 100, 100], [50, 50, 50]);

    [Fact]
    public void Train_WithAValidationSet_ReportsWhatABruteForceCountFinds()
    {
        using ImageStore training = Images(20, 1), validation = Images(13, 2);
        using var network = new ResidualNetwork(Architectures.Get("resnet20_cifar"), 2, seed: 1);
        IReadOnlyList<EpochReport> reports = Trainer(network, epochs: 3).Train(training, validation).Epochs;

        AssertReported(network, validation, reports);
    }

    [Fact]
    public void Train_OnSmallerCrops_ValidatesWholeImages()
    {
        using ImageStore training = Images(20, 1, side: 12), validation = Images(13, 2, side: 12);
        using var network = new ResidualNetwork(Architectures.Get("resnet20_cifar"), 2, seed: 1);
        IReadOnlyList<EpochReport> reports = Trainer(network, epochs: 3, AugmentationPolicy.Light with { CropSize = 8 }).Train(training, validation).Epochs;

        AssertReported(network, validation, reports);
        Assert.True(reports[^1].TrainLoss < reports[0].TrainLoss);
    }

    [Fact]
    public void Train_OnCropsThatAreLargerThanTheImages_SaysWhatIsAllowed()
    {
        using ImageStore training = Images(20, 1);
        using var network = new ResidualNetwork(Architectures.Get("resnet20_cifar"), 2, seed: 1);

        var exception = Assert.Throws<ArgumentException>(
            () => Trainer(network, epochs: 1, AugmentationPolicy.Light with { CropSize = 9 }).Train(training));

        Assert.Contains("it must be between 8 and 8", exception.Message);
    }

    [Fact]
    public void Train_OnBatchesOfMoreThanTwoGibibytes_SaysHowManyImagesFit()
    {
        using var network = new ResidualNetwork(Architectures.Get("resnet20_cifar"), 2, seed: 1);

        var exception = Assert.Throws<ArgumentException>(() => Trainer(network, epochs: 1).Train(new UnreadDataset(3, new(3, 8192, 8192))));

        Assert.Contains("of images with 3 x 8192 x 8192 values, a batch has at most 2", exception.Message);
    }

    [Fact]
    public void Train_OnImagesWithASideThatIsTooLong_SaysSoBeforeTheFirstEpoch()
    {
        using var network = new ResidualNetwork(Architectures.Get("resnet20_cifar"), 2, seed: 1);

        var exception = Assert.Throws<ArgumentException>(() => Trainer(network, epochs: 1).Train(new UnreadDataset(3, new(3, 16, 9000))));

        Assert.Contains("The image size is 9000; it must be at most 8192", exception.Message);
    }

    [Fact]
    public void Train_WithValidationImagesThatAreTooSmall_SaysSoBeforeTheFirstEpoch()
    {
        using ImageStore training = Images(20, 1), validation = Images(13, 2, side: 4);
        using var network = new ResidualNetwork(Architectures.Get("resnet20_cifar"), 2, seed: 1);
        float[] before = network.GetWeights().Tensors["conv1.weight"].Values.ToArray();

        var exception = Assert.Throws<ArgumentException>(() => Trainer(network, epochs: 1).Train(training, validation));

        Assert.Contains("The image size is 4; resnet20_cifar needs at least 8 pixels a side", exception.Message);
        Assert.Equal(before, network.GetWeights().Tensors["conv1.weight"].Values.ToArray());
    }

    private static void AssertReported(ResidualNetwork network, ImageStore validation, IReadOnlyList<EpochReport> reports)
    {
        int side = validation.Shape.Height;
        int right = 0;
        double loss = 0;
        network.eval();
        for (int index = 0; index < validation.Count; index++)
        {
            using DisposeScope scope = NewDisposeScope();
            var pixels = new float[validation.Shape.Length];
            validation.CopyTo(index, pixels);
            Tensor logits = network.call(tensor(pixels.Select(value => (value - 100) / 50).ToArray(), [1, 3, side, side]));
            right += logits.argmax(1).item<long>() == validation.Label(index) ? 1 : 0;
            loss += nn.functional.cross_entropy(logits, tensor(new[] { (long)validation.Label(index) })).item<float>();
        }
        EpochReport best = reports.Last(report => report.IsBest);
        Assert.Equal((double)right / validation.Count, best.ValidationAccuracy!.Value, 1e-9);
        Assert.Equal(loss / validation.Count, best.ValidationLoss!.Value, 1e-4);
    }

    [Fact]
    public void Train_WithARateThatDiverges_SaysWhatToTry()
    {
        using ImageStore training = Images(20, 1);
        using var network = new ResidualNetwork(Architectures.Get("resnet20_cifar"), 2, seed: 1);
        network.SetWeights(new([KeyValuePair.Create("fc.bias", new WeightTensor([2], new[] { float.NaN, 0 }))]));

        var exception = Assert.Throws<TrainingDivergedException>(() => Trainer(network, epochs: 1).Train(training));
        Assert.Contains("LearningRate", exception.Message);
    }

    [Fact]
    public void Constructor_WithSeveralMistakes_ReportsThemTogether()
    {
        using var network = new ResidualNetwork(Architectures.Get("resnet20_cifar"), 2);
        var options = new TrainingOptions
        {
            Recipe = new() { MaxEpochs = -1, BatchSize = 1, LearningRate = float.NaN, Momentum = 1, WeightDecay = -1 },
        };

        string message = Assert.Throws<ArgumentException>(() => new ClassifierTrainer(network, Normalization, options)).Message;

        Assert.All(new[] { "MaxEpochs is -1", "BatchSize is 1", "LearningRate is NaN", "Momentum is 1", "WeightDecay is -1" }, mistake =>
            Assert.Contains(mistake, message));
    }

    private static ClassifierTrainer Trainer(ResidualNetwork network, int epochs, AugmentationPolicy? augmentation = null) =>
        new(network, Normalization, new TrainingOptions
        {
            Recipe = new() { MaxEpochs = epochs, BatchSize = 8, Augmentation = augmentation ?? AugmentationPolicy.Light }, Seed = 1, Precision = Precision.Float32,
        });

    private static ImageStore Images(int count, int seed, int side = 8)
    {
        var random = new Random(seed);
        var store = new ImageStore(new ImageShape(3, side, side), 1_000_000);
        for (int index = 0; index < count; index++)
            store.Add([.. Enumerable.Range(0, 3 * side * side).Select(_ => (float)random.Next(index % 2 == 0 ? 120 : 200))], index % 2);
        return store;
    }
}
