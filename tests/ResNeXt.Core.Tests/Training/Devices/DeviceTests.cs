using ResNeXt.Core.Images;
using ResNeXt.Core.Training;
using ResNeXt.Core.Training.Recipes;
using TorchSharp;

namespace ResNeXt.Core.Tests.Training.Devices;

public sealed class DeviceTests
{
    // No machine has so many.
    private const string Missing = "cuda:77";

    [Theory]
    [InlineData("cpu", true)]
    [InlineData("cuda", true)]
    [InlineData("cuda:0", true)]
    [InlineData("cuda:12", true)]
    [InlineData("", false)]
    [InlineData("gpu", false)]
    [InlineData("CPU", false)]
    [InlineData("cuda:", false)]
    [InlineData("cuda:-1", false)]
    [InlineData("cuda:1 ", false)]
    public void IsValid_OfAName_AcceptsCpuAndCudaWithANumber(string name, bool valid) => Assert.Equal(valid, DeviceName.IsValid(name));

    [Fact]
    public void Parse_OfCudaWithANumber_NamesThatGpu()
    {
        ResNeXt.Core.NativeLoading.TorchLibrary.EnsureLoaded();

        Assert.Equal((DeviceType.CUDA, 3), (DeviceName.Parse("cuda:3").type, DeviceName.Parse("cuda:3").index));
        Assert.Equal((DeviceType.CUDA, 0), (DeviceName.Parse("cuda").type, DeviceName.Parse("cuda").index));
    }

    [Fact]
    public void Validate_WithAnUnknownDevice_SaysWhatIsAllowed()
    {
        TrainingOptions options = SmallTraining.Options(SmallTraining.Recipe) with { Device = "gpu", Precision = (Precision)9 };

        string message = Assert.Throws<ArgumentException>(options.Validate).Message;

        Assert.Contains("Device is 'gpu'; it must be cpu, cuda", message);
        Assert.Contains("Precision is 9; it must be one of Automatic, Float32, BFloat16.", message);
    }

    [Fact]
    public void Train_OnAGpuThatIsNotThere_SaysWhatToDo()
    {
        var exception = Assert.Throws<InvalidOperationException>(() =>
            SmallTraining.Train(SmallTraining.Options(SmallTraining.Recipe) with { Device = Missing }));

        Assert.Contains($"Device is '{Missing}', but libtorch finds", exception.Message);
        Assert.Contains("FallbackToCpu", exception.Message);
    }

    [Fact]
    public void Train_WithAFallback_WarnsAndTrainsOnTheCpu()
    {
        using ImageStore training = SmallTraining.Images(10);
        using ResidualNetwork network = SmallTraining.Network();
        TrainingOptions options = SmallTraining.Options(SmallTraining.Recipe) with { Device = Missing, FallbackToCpu = true };

        TrainingResult outcome = new ClassifierTrainer(network, SmallTraining.Normalization, options).Train(training);

        Assert.Contains(outcome.Warnings, warning => warning.Contains("Training continues on the CPU", StringComparison.Ordinal));
        Assert.Equal(3, outcome.Epochs.Count);
    }
}
