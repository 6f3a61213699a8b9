using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.Kernels;

/// <summary>Convolutions of small whole numbers, whose products and sums are exact in bfloat16.</summary>
internal static class ExactNumbers
{
    /// <summary>-1, 0 and 1.</summary>
    public static Tensor Whole(long[] shape, Generator generator) => empty(shape).normal_(0, 0.5, generator).round().clamp(-1, 1);

    /// <summary>The same, mostly 0.</summary>
    public static Tensor Sparse(long[] shape, Generator generator) =>
        Whole(shape, generator) * empty(shape).uniform_(0, 1, generator).lt(0.2).to(ScalarType.Float32);

    /// <summary>What a convolution computes, and the gradients of input, weight and bias.</summary>
    public static Tensor[] Run(Tensor x, Tensor weight, Tensor bias, Func<Tensor, Tensor, Tensor, Tensor> convolution)
    {
        Tensor[] leaves = [.. new[] { x, weight, bias }.Select(tensor => tensor.detach().requires_grad_())];
        Tensor y = convolution(leaves[0], leaves[1], leaves[2]);
        using var generator = new Generator(2);
        y.backward([Whole(y.shape, generator).to(y.dtype).sign()]);
        return [y, .. leaves.Select(leaf => leaf.grad!)];
    }

    /// <summary>Every number of the tensors is the same.</summary>
    public static void AssertEqual(Tensor[] expected, Tensor[] actual)
    {
        foreach ((Tensor wanted, Tensor got) in expected.Zip(actual))
        {
            Assert.Equal(wanted.shape, got.shape);
            Assert.Equal(0, (wanted - got.to(ScalarType.Float32)).abs().max().item<float>());
        }
    }
}
