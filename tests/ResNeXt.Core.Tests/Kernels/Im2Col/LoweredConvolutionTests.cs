using ResNeXt.Core.Kernels;
using ResNeXt.Core.Kernels.Im2Col;
using ResNeXt.Core.Tests.TorchRuntime;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.Kernels.Im2Col;

[TwoThreads]
[Collection(nameof(AloneCollection))]
public sealed class LoweredConvolutionTests
{
    public static TheoryData<ScalarType, int, int, int, int, int> Cases()
    {
        var cases = new TheoryData<ScalarType, int, int, int, int, int>();
        foreach (ScalarType type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
        {
            cases.Add(type, 3, 1, 1, 2, 2);
            cases.Add(type, 3, 2, 1, 4, 4);
            cases.Add(type, 3, 2, 1, 5, 3);
            cases.Add(type, 1, 1, 0, 3, 2);
            cases.Add(type, 1, 2, 0, 4, 3);
            cases.Add(type, 7, 2, 3, 9, 8);
            cases.Add(type, 2, 1, 0, 3, 3);
            cases.Add(type, 3, 1, 1, 1, 1);
        }
        return cases;
    }

    // Small whole numbers: every product and sum is exact in bfloat16, so that only a wrong result can differ.
    [Theory]
    [MemberData(nameof(Cases))]
    public void Compute_ExactNumbers_EqualsTheConvolutionAndItsGradients(ScalarType type, int kernel, int stride, int padding, int height, int width)
    {
        using DisposeScope scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor images = ExactNumbers.Whole([3, 32, height, width], generator), weights = ExactNumbers.Sparse([16, 32, kernel, kernel], generator);
        Tensor biases = ExactNumbers.Whole([16], generator);
        var windows = new WindowGeometry(kernel, stride, padding);

        Tensor[] expected = ExactNumbers.Run(
            images, weights, biases, (x, weight, bias) => nn.functional.conv2d(x, weight, bias, [stride, stride], [padding, padding]));
        Tensor[] actual = ExactNumbers.Run(ChannelsLast.Copy(images.to(type)), ChannelsLast.Copy(weights.to(type)), biases.to(type),
            (x, weight, bias) => LoweredConvolution.Compute(x, weight, bias, windows));

        ExactNumbers.AssertEqual(expected, actual);
    }

    [Fact]
    public void Compute_InputInAnotherOrder_GivesTheSame()
    {
        using DisposeScope scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor x = ExactNumbers.Whole([3, 32, 4, 4], generator).bfloat16(), weight = ExactNumbers.Whole([16, 32, 3, 3], generator).bfloat16();
        var windows = new WindowGeometry(3, 1, 1);

        Tensor expected = LoweredConvolution.Compute(ChannelsLast.Copy(x), ChannelsLast.Copy(weight), null, windows);
        Tensor actual = LoweredConvolution.Compute(x, weight, null, windows);

        Assert.True(expected.equal(actual).all().item<bool>());
    }

    [Fact]
    public void Compute_WithoutGradients_GivesTheSame()
    {
        using DisposeScope scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor x = ExactNumbers.Whole([3, 32, 4, 4], generator).bfloat16().requires_grad_(),
            weight = ExactNumbers.Whole([16, 32, 3, 3], generator).bfloat16();
        var windows = new WindowGeometry(3, 1, 1);
        Tensor expected = LoweredConvolution.Compute(x, weight, null, windows);
        Tensor actual;
        using (inference_mode())
            actual = LoweredConvolution.Compute(x, weight, null, windows);

        Assert.True(expected.equal(actual).all().item<bool>());
        Assert.False(actual.requires_grad);
    }

    [Theory]
    [InlineData(ScalarType.BFloat16, 64, 64, 1, 2, true)]
    [InlineData(ScalarType.BFloat16, 64, 64, 1, 4, true)]
    [InlineData(ScalarType.BFloat16, 64, 64, 1, 8, false)]
    [InlineData(ScalarType.BFloat16, 64, 64, 32, 2, false)]
    [InlineData(ScalarType.BFloat16, 24, 64, 1, 2, false)]
    [InlineData(ScalarType.Float32, 64, 64, 1, 2, true)]
    [InlineData(ScalarType.Float32, 64, 64, 1, 4, false)]
    [InlineData(ScalarType.Float64, 64, 64, 1, 2, false)]
    public void Suits_SmallMapsOfManyChannels_Only(ScalarType type, int inputs, int outputs, int groups, int size, bool expected)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = ChannelsLast.Copy(zeros([8, inputs, size, size], type)), weight = ChannelsLast.Copy(zeros([outputs, inputs / groups, 3, 3], type));

        Assert.Equal(expected, LoweredConvolution.Suits(x, weight, groups, new(3, 1, 1)));
    }

    [Fact]
    public void Suits_TensorsInAnotherOrder_No()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = zeros([8, 64, 2, 2]), weight = zeros([64, 64, 3, 3]);

        Assert.False(LoweredConvolution.Suits(x, ChannelsLast.Copy(weight), 1, new(3, 1, 1)));
        Assert.False(LoweredConvolution.Suits(ChannelsLast.Copy(x), weight, 1, new(3, 1, 1)));
    }
}
