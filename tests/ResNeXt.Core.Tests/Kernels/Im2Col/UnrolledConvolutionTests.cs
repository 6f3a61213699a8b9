using ResNeXt.Core.Kernels;
using ResNeXt.Core.Kernels.Im2Col;
using ResNeXt.Core.Tests.TorchRuntime;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.Kernels.Im2Col;

[TwoThreads]
[Collection(nameof(AloneCollection))]
public sealed class UnrolledConvolutionTests
{
    public static TheoryData<ScalarType, int, int> Cases()
    {
        var cases = new TheoryData<ScalarType, int, int>();
        foreach (ScalarType type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
        {
            cases.Add(type, 3, 2);
            cases.Add(type, 3, 1);
            cases.Add(type, 5, 3);
            cases.Add(type, 5, 2);
            cases.Add(type, 7, 3);
        }
        return cases;
    }

    // Small whole numbers: every product and sum is exact in bfloat16, so that only a wrong result can differ.
    [Theory]
    [MemberData(nameof(Cases))]
    public void Compute_ExactNumbers_EqualsTheConvolutionAndItsGradients(ScalarType type, int kernel, int size)
    {
        using DisposeScope scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor images = ExactNumbers.Whole([16, 32, size, size], generator), weights = ExactNumbers.Sparse([16, 32, kernel, kernel], generator),
            biases = ExactNumbers.Whole([16], generator);
        var windows = new WindowGeometry(kernel, 1, kernel / 2);

        Tensor[] expected = ExactNumbers.Run(
            images, weights, biases, (x, weight, bias) => nn.functional.conv2d(x, weight, bias, padding: [kernel / 2, kernel / 2]));
        Tensor[] actual = ExactNumbers.Run(ChannelsLast.Copy(images.to(type)), ChannelsLast.Copy(weights.to(type)), biases.to(type),
            (x, weight, bias) => UnrolledConvolution.Compute(x, weight, bias, windows));

        ExactNumbers.AssertEqual(expected, actual);
        Assert.Equal(1, actual[0].stride(1));
    }

    [Theory]
    [InlineData(ScalarType.BFloat16, 16, 64, 1, 2, 2, true)]
    [InlineData(ScalarType.Float32, 16, 64, 1, 2, 2, true)]
    [InlineData(ScalarType.Float32, 16, 64, 1, 1, 1, true)]
    [InlineData(ScalarType.Float32, 16, 64, 1, 3, 3, false)]
    [InlineData(ScalarType.Float32, 16, 64, 1, 2, 1, false)]
    [InlineData(ScalarType.Float32, 15, 64, 1, 2, 2, false)]
    [InlineData(ScalarType.Float32, 16, 64, 4, 2, 2, false)]
    [InlineData(ScalarType.Float32, 16, 24, 1, 2, 2, false)]
    [InlineData(ScalarType.Float64, 16, 64, 1, 2, 2, false)]
    public void Suits_MapsThatEachWindowHolds_Only(ScalarType type, int images, int channels, int groups, int height, int width, bool expected)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = ChannelsLast.Copy(zeros([images, channels, height, width], type)),
            weight = ChannelsLast.Copy(zeros([64, channels / groups, 3, 3], type));

        Assert.Equal(expected, UnrolledConvolution.Suits(x, weight, groups, new(3, 1, 1)));
    }

    [Theory]
    [InlineData(3, 2, 1)]
    [InlineData(3, 1, 0)]
    [InlineData(1, 1, 0)]
    public void Suits_WindowsOfAnotherNumberOrOfOnePixel_No(int kernel, int stride, int padding)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = ChannelsLast.Copy(zeros([16, 64, 1, 1])), weight = ChannelsLast.Copy(zeros([64, 64, kernel, kernel]));

        Assert.False(UnrolledConvolution.Suits(x, weight, 1, new(kernel, stride, padding)));
    }
}
