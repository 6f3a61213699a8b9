using ResNeXt.Core.Images;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Machine;
using ResNeXt.Core.NativeLoading.OneDnn;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Networks;
using ResNeXt.Core.TorchRuntime;
using ResNeXt.Core.Training;
using ResNeXt.Core.Training.Data;
using ResNeXt.Core.Training.Devices;
using ResNeXt.Core.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.Training.Devices;

/// <summary>Bfloat16 activations and float32 weights. Every processor computes it; those without instructions for it do so slowly.</summary>
public sealed class MixedPrecisionTests
{
    // What rounding to eight bits may move a logit of a small network by.
    private const double Tolerance = 0.05;

    private static readonly TrainingOptions Options = SmallTraining.Options(SmallTraining.Recipe) with { Precision = Precision.BFloat16 };

    [Theory]
    [InlineData(BlockForm.Grouped)]
    [InlineData(BlockForm.Aggregated)]
    [InlineData(BlockForm.EarlyConcatenation)]
    public void Forward_OfBFloat16Images_GivesFloat32LogitsNearThoseOfFloat32(BlockForm form)
    {
        using DisposeScope scope = NewDisposeScope();
        using var network = new ResidualNetwork(SmallNetworks.ResNeXt with { Form = form }, 5, seed: 1);
        network.eval();
        using var generator = new Generator(2);
        Tensor images = empty([4, 3, 8, 8]).normal_(0, 1, generator);

        float[] exact = network.call(images).ToFloats();
        Tensor logits = network.call(images.to(ScalarType.BFloat16));

        Assert.Equal(ScalarType.Float32, logits.dtype);
        Assert.NotEqual(exact, logits.ToFloats());
        Assert.All(exact.Zip(logits.ToFloats()), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
    }

    [Fact]
    public void Backward_OfBFloat16Images_GivesFloat32GradientsForFloat32Weights()
    {
        using DisposeScope scope = NewDisposeScope();
        using var network = new ResidualNetwork(SmallNetworks.ResNet, 5, seed: 1);
        network.train();

        network.call(ones([4, 3, 8, 8], ScalarType.BFloat16)).sum().backward();

        Assert.All(network.named_parameters(), item => Assert.Equal((ScalarType.Float32, ScalarType.Float32),
            (item.parameter.dtype, item.parameter.grad!.dtype)));
        Assert.All(network.state_dict().Values.Where(tensor => tensor.is_floating_point()), tensor => Assert.Equal(ScalarType.Float32, tensor.dtype));
    }

    [Fact]
    public void Train_InBFloat16_LearnsAndSaysSo()
    {
        using ImageStore training = SmallTraining.Images(40), validation = SmallTraining.Images(20, 2);
        using ResidualNetwork network = SmallTraining.Network();
        TrainingOptions options = Options with { Recipe = SmallTraining.Recipe with { MaxEpochs = 8 } };

        TrainingResult outcome = new ClassifierTrainer(network, SmallTraining.Normalization, options).Train(training, validation);

        Assert.Equal(Precision.BFloat16, outcome.Precision);
        EpochReport best = outcome.Epochs.Last(report => report.IsBest);
        Assert.True(best.ValidationAccuracy >= 0.9);
        Assert.Equal(Loss(network, validation), best.ValidationLoss!.Value, 1e-5);
    }

    [Fact]
    public void Train_InBFloat16_GivesTheSameWeightsTwiceAndOthersThanFloat32()
    {
        StateDict first = SmallTraining.Train(Options);

        SmallTraining.AssertSame(first, SmallTraining.Train(Options));
        Assert.Contains("conv1.weight", SmallTraining.Changed(first, SmallTraining.Train(Options with { Precision = Precision.Float32 })));
    }

    [Fact]
    public void Train_FineTunedInBFloat16_LearnsOnCachedFeatures()
    {
        StateDict weights = SmallTraining.Train(Options with { Recipe = SmallTraining.FineTune });

        Assert.All(weights.Tensors.Values, tensor => Assert.All(tensor.Values.ToArray(), value => Assert.True(float.IsFinite(value))));
    }

    [Fact]
    public void Newest_OfAnotherPrecision_IsRefused()
    {
        using var folder = new TemporaryFolder();
        SmallTraining.Train(Options, SmallTraining.Checkpoints(folder.Path, Options));
        TrainingOptions other = Options with { Precision = Precision.Float32 };

        string message = Assert.Throws<InvalidOperationException>(() =>
            SmallTraining.Train(other, SmallTraining.Checkpoints(folder.Path, other))).Message;

        Assert.Contains("Precision: BFloat16 then, Float32 now", message);
    }

    // In float32, as the saved model will compute it.
    private static double Loss(ResidualNetwork network, ImageStore images)
    {
        using DisposeScope scope = NewDisposeScope();
        using Batch all = new BatchLoader(images, SmallTraining.Normalization, images.Count, workers: 1, Computation.OnCpu).InOrder(default).Single();
        return nn.functional.cross_entropy(network.call(all.Images), all.Labels).item<float>();
    }

    [Fact]
    public void Choose_Automatically_TakesBFloat16WhereItIsFastAndRight()
    {
        Precision chosen = Computation.Choose(Options with { Precision = Precision.Automatic }, _ => { }).Precision;

        Assert.Equal(OneDnnAdaptation.AcceleratesBFloat16 && SelfCheck.AllowsBFloat16 ? Precision.BFloat16 : Precision.Float32, chosen);
    }
}
