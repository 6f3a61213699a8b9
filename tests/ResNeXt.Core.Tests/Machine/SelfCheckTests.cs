using ResNeXt.Core.Kernels.FusedNorm;
using ResNeXt.Core.Machine;
using ResNeXt.Core.Machine.Probes;
using ResNeXt.Core.Tests.TorchRuntime;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.Machine;

// One test looks at libtorch's random generator, which all threads share.
[Collection(nameof(AloneCollection))]
public sealed class SelfCheckTests
{
    private readonly List<string> _applied = [];
    private bool _oneDnnIsWrong, _kernelIsWrong, _bfloat16IsWrong;

    [Fact]
    public void Run_AllRight_AppliesNothing()
    {
        SelfCheckReport report = Check().Run();

        Assert.Empty(report.Warnings);
        Assert.Empty(_applied);
        Assert.Equal(["convolution", "half", "kernel"], report.Checked);
    }

    [Fact]
    public void Run_OneDnnWrong_SwitchesItOffAndSaysWhy()
    {
        _oneDnnIsWrong = true;

        SelfCheckReport report = Check().Run();

        Assert.Equal(["repair", "oneDNN off"], _applied);
        Assert.Contains("convolution is off by 0.5 of the largest value", Assert.Single(report.Warnings));
        Assert.Contains("oneDNN is off now", report.Warnings[0]);
    }

    [Fact]
    public void Run_KernelWrong_GivesUpTheKernelsAlone()
    {
        _kernelIsWrong = true;
        SelfCheckRun check = Check();

        Assert.Contains("kernels are off now", Assert.Single(check.Run().Warnings));
        Assert.Equal(["kernels off"], _applied);
        Assert.Equal(ProbeParts.Kernel, check.Removed);
    }

    [Fact]
    public void Run_BFloat16Wrong_GivesItUpAfterOneDnnDidNotHelp()
    {
        _bfloat16IsWrong = true;
        SelfCheckRun check = Check();

        Assert.Equal(2, check.Run().Warnings.Count);
        Assert.Equal(["repair", "oneDNN off", "float32"], _applied);
        Assert.Equal(ProbeParts.BFloat16, check.Removed);
    }

    [Fact]
    public void Run_WrongWhateverIsTried_Throws()
    {
        var check = new SelfCheckRun([new("sum", ProbeParts.None, 0.1, () => double.NaN)], []);

        Assert.Contains("sum is off by NaN", Assert.Throws<UnsoundComputationException>(check.Run).Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Probes_OnASoundMachine_AreRight(bool inBFloat16)
    {
        ResNeXt.Core.NativeLoading.TorchLibrary.EnsureLoaded();

        SelfCheckReport report = new SelfCheckRun(ComputationProbes.Of(inBFloat16), []).Run();

        Assert.True(report.Checked.Count >= 7);
    }

    // On every processor, also where the self-check leaves these kernels out because they would be slow.
    [Theory]
    [InlineData(ScalarType.Float32, 1e-5)]
    [InlineData(ScalarType.BFloat16, 0.01)]
    public void ProbedNormalization_OfTheKernels_IsRight(ScalarType type, double tolerance)
    {
        ResNeXt.Core.NativeLoading.TorchLibrary.EnsureLoaded();

        double relu = ProbedNormalization.Error(type, withShortcut: true,
            (normalization, x, shortcut) => FusedBatchNormRelu.Compute(normalization, x, shortcut), y => y);
        double pool = ProbedNormalization.Error(type, withShortcut: false,
            (normalization, x, _) => FusedBatchNormReluMaxPool.Compute(normalization, x, new(3, 2, 1)),
            y => nn.functional.max_pool2d(y, 3, 2, 1));

        Assert.InRange(relu, 0, tolerance);
        Assert.InRange(pool, 0, tolerance);
    }

    [Fact]
    public void ProbedConvolution_OfAWrongConvolution_SeesIt()
    {
        ResNeXt.Core.NativeLoading.TorchLibrary.EnsureLoaded();
        var convolution = new ProbedConvolution(8, 8, Size: 8, Kernel: 3, Stride: 1, Groups: 1);

        double error = convolution.Error(ScalarType.Float32, (x, weight) => nn.functional.conv2d(x, weight * 1.01f, null, [1, 1], [1, 1]));

        Assert.InRange(error, 0.009, 0.011);
    }

    [Fact]
    public void ProbedConvolution_OfAWrongGradient_SeesIt()
    {
        ResNeXt.Core.NativeLoading.TorchLibrary.EnsureLoaded();
        var convolution = new ProbedConvolution(8, 8, Size: 8, Kernel: 3, Stride: 1, Groups: 1);

        double error = convolution.Error(ScalarType.Float32, (x, weight) =>
            nn.functional.conv2d(x + x.detach() - x.detach() + (x - x.detach()) * 0.5f, weight, null, [1, 1], [1, 1]));

        Assert.InRange(error, 0.4, 0.6);
    }

    [Fact]
    public void Run_ByACallerWithoutGradients_LeavesItsSettingsAlone()
    {
        ResNeXt.Core.NativeLoading.TorchLibrary.EnsureLoaded();
        using (no_grad())
        {
            using Tensor before = get_rng_state();
            new SelfCheckRun(ComputationProbes.Of(inBFloat16: false), []).Run();
            using Tensor after = get_rng_state();

            Assert.False(is_grad_enabled());
            Assert.Equal(ScalarType.Float32, get_default_dtype());
            Assert.True(before.data<byte>().ToArray().AsSpan().SequenceEqual(after.data<byte>().ToArray()));
        }
    }

    private SelfCheckRun Check() => new(
        [
            new("convolution", ProbeParts.OneDnn, 0.1, () => _oneDnnIsWrong ? 0.5 : 0),
            new("half", ProbeParts.OneDnn | ProbeParts.BFloat16, 0.1, () => _bfloat16IsWrong ? 0.5 : 0),
            new("kernel", ProbeParts.Kernel, 0.1, () => _kernelIsWrong ? 0.5 : 0),
        ],
        [
            new(ProbeParts.OneDnn, ProbeParts.None, null, () => Apply("repair")),
            new(ProbeParts.OneDnn, ProbeParts.None, "oneDNN is off now", () => Apply("oneDNN off") && !(_oneDnnIsWrong = false)),
            new(ProbeParts.BFloat16, ProbeParts.BFloat16, "float32 now", () => Apply("float32")),
            new(ProbeParts.Kernel, ProbeParts.Kernel, "kernels are off now", () => Apply("kernels off")),
        ]);

    private bool Apply(string remedy)
    {
        _applied.Add(remedy);
        return true;
    }
}
