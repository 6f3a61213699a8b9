using ResNeXt.Core.Tensors;
using TorchSharp;
using static TorchSharp.torch.nn.functional;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.Networks;

/// <summary>The blocks of Keras code and of textbooks, beside the same written out with functions.</summary>
public sealed class BlockFunctionTests
{
    private const int Size = SmallNetworks.ImageSize;

    [Fact]
    public void Forward_TextbookBasicBlock_IsConvolutionsEachWithItsRelu()
    {
        Architecture textbook = SmallNetworks.ResNet.InTextbookForm() with { Depths = [1, 1] };

        AssertNetwork(textbook, weights =>
        {
            Tensor x = Convolve(weights, "conv1", Images()).relu();
            Tensor y = Convolve(weights, "layer1.0.conv1", x).relu();
            x = Convolve(weights, "layer1.0.conv2", y).relu() + x;
            y = Convolve(weights, "layer2.0.conv1", x, stride: 2).relu();
            return Convolve(weights, "layer2.0.conv2", y).relu() + Convolve(weights, "layer2.0.downsample.0", x, stride: 2);
        });
    }

    [Fact]
    public void Forward_KerasBlock_SplitsTransformsMergesAndMakesTheTransition()
    {
        Architecture keras = SmallNetworks.ResNeXt.InKerasForm() with { Depths = [1, 1] };

        AssertNetwork(keras, weights =>
        {
            Tensor x = Normalize(weights, "bn1", Convolve(weights, "conv1", Images())).relu();
            x = KerasBlock(weights, "layer1.0", x, stride: 1);
            return KerasBlock(weights, "layer2.0", x, stride: 2);
        });
    }

    private static Tensor KerasBlock(IReadOnlyDictionary<string, Tensor> weights, string block, Tensor x, int stride)
    {
        int share = (int)x.shape[1] / 4;
        Tensor[] transformed = [.. Enumerable.Range(0, 4).Select(group =>
        {
            string path = $"{block}.paths.{group}";
            Tensor y = Normalize(weights, $"{path}.bn1", Convolve(weights, $"{path}.conv1", x.narrow(1, group * share, share), stride)).relu();
            return Normalize(weights, $"{path}.bn2", Convolve(weights, $"{path}.conv2", y)).relu();
        })];
        Tensor transition = Normalize(weights, $"{block}.bn3", Convolve(weights, $"{block}.conv3", cat(transformed, 1))).relu();
        Tensor shortcut = Normalize(weights, $"{block}.downsample.1", Convolve(weights, $"{block}.downsample.0", x, stride));
        return (transition + shortcut).relu();
    }

    // With running statistics, so that each layer is a plain function of its weights.
    private static void AssertNetwork(Architecture architecture, Func<IReadOnlyDictionary<string, Tensor>, Tensor> stages)
    {
        set_num_threads(1);
        using DisposeScope scope = NewDisposeScope();
        using var network = new ResidualNetwork(architecture, 5);
        StateDict weights = GoldenWeights.Of(architecture, 5);
        network.SetWeights(weights);
        network.eval();
        Dictionary<string, Tensor> tensors = weights.Tensors.ToDictionary(
            item => item.Key, item => tensor(item.Value.Values.ToArray(), [.. item.Value.Shape.Select(dimension => (long)dimension)]));

        Tensor logits = linear(stages(tensors).mean([2, 3]), tensors["fc.weight"], tensors["fc.bias"]);

        Assert.True(logits.allclose(network.call(Images()), rtol: 1e-5, atol: 1e-5));
    }

    private static Tensor Images() => tensor(GoldenWeights.Images(2, 3, Size), [2, 3, Size, Size]);

    private static Tensor Convolve(IReadOnlyDictionary<string, Tensor> weights, string name, Tensor x, int stride = 1)
    {
        Tensor filters = weights[$"{name}.weight"];
        long padding = filters.shape[2] / 2;
        return conv2d(x, filters, weights.GetValueOrDefault($"{name}.bias"), strides: [stride, stride], padding: [padding, padding]);
    }

    private static Tensor Normalize(IReadOnlyDictionary<string, Tensor> weights, string name, Tensor x) => batch_norm(
        x, weights[$"{name}.running_mean"], weights[$"{name}.running_var"], weights[$"{name}.weight"], weights[$"{name}.bias"]);
}
