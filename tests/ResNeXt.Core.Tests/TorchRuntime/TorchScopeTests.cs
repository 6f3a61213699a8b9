using ResNeXt.Core.Images;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.TorchRuntime;
using ResNeXt.Core.Training;
using ResNeXt.Core.Training.LearningRate;
using ResNeXt.Core.Training.Recipes;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.TorchRuntime;

/// <summary>What a caller has set in libtorch neither changes a training nor is changed by it.</summary>
/// <remarks>Alone, because defaults and the global generator are the process's.</remarks>
[Collection(nameof(AloneCollection))]
public sealed class TorchScopeTests
{
    private static readonly PixelNormalization Normalization = new([100, 100, 100], [50, 50, 50]);

    public static TheoryData<string> Settings => ["no_grad", "inference_mode", "float64", "all", "a dispose scope"];

    [Theory]
    [MemberData(nameof(Settings))]
    public void Train_UnderAnySetting_GivesTheSameAndLeavesIt(string setting)
    {
        (float[] Weights, double[] Curve) expected = Run(), actual;
        using (Caller.Sets(setting))
        {
            string before = Caller.State();
            actual = Run();
            Assert.Equal(before, Caller.State());
        }

        Assert.Equal(expected.Weights, actual.Weights);
        Assert.Equal(expected.Curve, actual.Curve);
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Train_ThatThrows_LeavesTheSettings(string setting)
    {
        using ImageStore images = Images();
        using IDisposable caller = Caller.Sets(setting);
        string before = Caller.State();
        using var network = new ResidualNetwork(Architectures.Get("resnet20_cifar"), 2, seed: 1);
        network.SetWeights(new([KeyValuePair.Create("fc.bias", new WeightTensor([2], new[] { float.NaN, 0 }))]));

        Assert.Throws<TrainingDivergedException>(() => Trainer(network).Train(images));

        Assert.Equal(before, Caller.State());
    }

    // As trainings on several threads make them: the first to begin is not the last to end.
    [Fact]
    public async Task Dispose_OfScopesThatOverlap_LeavesTheSettings()
    {
        using IDisposable caller = Caller.Sets("float64");
        string before = Caller.State();
        using var opened = new ManualResetEventSlim();
        using var closed = new ManualResetEventSlim();

        var first = new TorchScope();
        Task<ScalarType> second = Task.Run(() =>
        {
            using var scope = new TorchScope();
            opened.Set();
            closed.Wait();
            return get_default_dtype();
        });
        opened.Wait();
        first.Dispose();
        closed.Set();

        Assert.Equal(ScalarType.Float32, await second);
        Assert.Equal(before, Caller.State());
    }

    // A search for the rate, then a training.
    private static (float[] Weights, double[] Curve) Run()
    {
        using ImageStore images = Images();
        using var network = new ResidualNetwork(Architectures.Get("resnet20_cifar"), 2, seed: 1);
        LearningRateCurve curve = new LearningRateFinder(network, Normalization, Options).Find(images, new() { Steps = 20 });
        Trainer(network).Train(images, images);
        return ([.. network.GetWeights().Tensors.SelectMany(item => item.Value.Values.ToArray())], [.. curve.Points.Select(point => point.Loss)]);
    }

    private static TrainingOptions Options => new() { Recipe = new() { MaxEpochs = 2, BatchSize = 8, LearningRate = 0.01f }, Seed = 1 };

    private static ClassifierTrainer Trainer(ResidualNetwork network) => new(network, Normalization, Options);

    private static ImageStore Images()
    {
        var random = new Random(1);
        var images = new ImageStore(new ImageShape(3, 8, 8), long.MaxValue);
        for (int index = 0; index < 20; index++)
        {
            int label = index % 2;
            images.Add([.. Enumerable.Range(0, images.Shape.Length).Select(_ => (float)random.Next(label * 50, 150 + label * 50))], label);
        }
        return images;
    }

    /// <summary>A caller's settings.</summary>
    private sealed class Caller(params IDisposable[] modes) : IDisposable
    {
        public static Caller Sets(string setting)
        {
            bool all = setting == "all";
            manual_seed(5);
            if (setting == "float64" || all)
                set_default_dtype(ScalarType.Float64);
            return new(
            [
                .. setting == "no_grad" || all ? [no_grad()] : Array.Empty<IDisposable>(),
                .. setting == "inference_mode" || all ? [inference_mode()] : Array.Empty<IDisposable>(),
                .. setting == "a dispose scope" || all ? [NewDisposeScope()] : Array.Empty<IDisposable>(),
            ]);
        }

        public static string State()
        {
            using Tensor generator = Generator.Default.get_state();
            return $"{get_default_dtype()} {get_default_device()} {is_grad_enabled()} {is_inference_mode_enabled()} "
                + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(generator.bytes));
        }

        public void Dispose()
        {
            foreach (IDisposable mode in modes.Reverse())
                mode.Dispose();
            set_default_dtype(ScalarType.Float32);
        }
    }
}
