using ResNeXt.Core.Images;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Networks;

namespace ResNeXt.Core.Tests.Quantization;

/// <summary>Classifiers with statistics that are not those of a fresh network, and images for them.</summary>
internal static class SmallClassifiers
{
    public const int Classes = 5;

    public static Architecture OptionA { get; } = SmallNetworks.ResNet with { Name = "small_option_a", Shortcut = ShortcutKind.ZeroPadding };

    public static Architecture ImageNetStem { get; } = SmallNetworks.ResNeXt with { Name = "small_imagenet_stem", Stem = StemKind.ImageNet };

    /// <summary>One of every kind of block, shortcut, stem and form.</summary>
    public static IReadOnlyList<Architecture> Architectures { get; } =
    [
        SmallNetworks.ResNet, SmallNetworks.ResNeXt, OptionA, ImageNetStem, SmallNetworks.ResNet.InTextbookForm() with { Name = "textbook" },
        .. new[] { BlockForm.Aggregated, BlockForm.EarlyConcatenation, BlockForm.SplitTransformMerge, BlockForm.SplitGrouped }
            .Select(form => SmallNetworks.ResNeXt with { Name = form.ToString(), Form = form }),
    ];

    public static ClassifierModel Create(Architecture architecture, int seed = 2)
    {
        using var network = new ResidualNetwork(architecture, Classes, seed);
        return new()
        {
            Architecture = architecture,
            Weights = WithStatistics(network.GetWeights()),
            ClassNames = [.. Enumerable.Range(0, Classes).Select(index => $"class {index}")],
            Shape = new ImageShape(3, architecture.MinimumImageSize, architecture.MinimumImageSize),
            Normalization = PixelNormalization.ImageNet,
        };
    }

    public static ResidualNetwork NetworkOf(ClassifierModel model)
    {
        var network = new ResidualNetwork(model.Architecture, model.ClassNames.Count);
        network.SetWeights(model.Weights);
        return network;
    }

    /// <summary>Images of smooth patches, so that activations differ from image to image.</summary>
    public static ImageStore Images(ImageShape shape, int count, int label = -1)
    {
        var images = new ImageStore(shape, long.MaxValue);
        var random = new Random(1);
        for (int image = 0; image < count; image++)
        {
            float[] colours = [.. Enumerable.Range(0, shape.Channels * 4).Select(_ => (float)random.Next(256))];
            images.Add([.. Enumerable.Range(0, shape.Length).Select(i => colours[i / shape.PlaneLength * 4
                + i % shape.PlaneLength / shape.Width * 2 / shape.Height * 2 + i % shape.Width * 2 / shape.Width])], label);
        }
        return images;
    }

    /// <summary>The weights with other values in a tensor.</summary>
    public static ClassifierModel With(ClassifierModel model, string name, Func<float, int, float> change) => model with
    {
        Weights = new StateDict(model.Weights.Tensors.Select(item => item.Key != name ? item
            : KeyValuePair.Create(name, item.Value with { Values = item.Value.Values.ToArray().Select(change).ToArray() }))),
    };

    private static StateDict WithStatistics(StateDict weights)
    {
        var random = new Random(3);
        return new StateDict(weights.Tensors.Select(item => item.Value.Shape.Count > 1 ? item : KeyValuePair.Create(item.Key, item.Value with
        {
            Values = item.Value.Values.ToArray()
                .Select(value => item.Key.EndsWith("running_var", StringComparison.Ordinal) || item.Key.EndsWith("weight", StringComparison.Ordinal)
                ? value * (0.5f + random.NextSingle()) : value + 0.4f * random.NextSingle() - 0.2f).ToArray(),
        })));
    }
}
