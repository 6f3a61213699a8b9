using System.Text.RegularExpressions;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Weights.Matching;

/// <summary>Guesses which kind of network a file contains if its tensors do not fit.</summary>
internal static partial class MismatchHint
{
    // The first pattern that matches a name decides.
    private static readonly (Regex Names, string Meaning)[] Signs =
    [
        (Keras(), "Its names look like those of Keras or TensorFlow; convert it to PyTorch's."),
        (Transformers(), "Its names look like those of another network of Hugging Face Transformers, not a ResNet's."),
        (Detectron(), "Its names look like those of Detectron2; convert it to torchvision's."),
        (Attention(), "It looks like a vision transformer, not a ResNet."),
        (EfficientNet(), "It looks like an EfficientNet or MobileNet, not a ResNet."),
        (Features(), "It looks like a VGG, DenseNet or MobileNet, not a ResNet."),
        (OtherStages(), "Its names look like those of timm's ConvNeXt, RegNet or ResNetV2, not a ResNet's."),
        (SqueezeAndExcitation(), "It is a network with squeeze-and-excitation (SE-ResNet), whose extra layers no network here has."),
        (DeepStem(), "It has a stem of three convolutions (ResNet-C or ResNet-D, such as resnet50d), which no network here has."),
    ];

    /// <summary>Gets a sentence about the network in the file; null if it is unknown.</summary>
    /// <param name="tensors">The tensors, with names from <see cref="CommonNames"/>.</param>
    /// <param name="asked">The architecture that the tensors do not fit.</param>
    public static string? Describe(IReadOnlyDictionary<string, WeightTensor> tensors, Architecture asked)
    {
        if (Signs.FirstOrDefault(sign => tensors.Keys.Any(sign.Names.IsMatch)).Meaning is { } meaning)
            return meaning;
        if (IsPreActivation(tensors))
            return "It is a pre-activation ResNet (ResNet v2), which normalizes before its convolutions; no network here does.";
        if (tensors.Any(item => item.Key.EndsWith(".downsample.1.weight", StringComparison.Ordinal) && item.Value.Shape.Count == 4))
            return "Its shortcuts pool before they convolve (ResNet-D, such as resnet50d), which no network here does.";
        int[] depths = Depths(tensors.Keys);
        if (depths.Length == 0)
            return null;
        int convolutions = tensors.Keys.Any(name => ThirdConvolution().IsMatch(name)) ? 3 : 2;
        int askedConvolutions = asked.Block == BlockKind.Bottleneck ? 3 : 2;
        if (depths.SequenceEqual(asked.Depths) && convolutions == askedConvolutions)
        {
            return tensors.Keys.Any(name => name.EndsWith(".running_mean", StringComparison.Ordinal)) ? null
                : "It has no statistics of batch normalization (running_mean): it was trained with another "
                    + "normalization, or they were merged into the weights.";
        }
        return $"The file holds a ResNet-{depths.Sum() * convolutions + 2}: stages of {string.Join(", ", depths)} blocks "
            + $"with {convolutions} convolutions each.";
    }

    private static bool IsPreActivation(IReadOnlyDictionary<string, WeightTensor> tensors) => tensors.Any(item =>
        SecondStageNorm().IsMatch(item.Key) && item.Value.Shape.Count == 1
        && tensors.TryGetValue(item.Key.Replace(".bn1.", ".conv1.", StringComparison.Ordinal), out WeightTensor? convolution)
        && convolution.Shape is [var outputs, var inputs, _, _] && outputs != inputs && item.Value.Shape[0] == inputs);

    private static int[] Depths(IEnumerable<string> names)
    {
        (int Stage, int Block)[] blocks = [.. names.Select(name => BlockNumber().Match(name)).Where(match => match.Success)
            .Select(match => (match.Groups["stage"].ValueSpan[0] - '0', match.Groups["block"].Value.Length < 4
                ? int.Parse(match.Groups["block"].ValueSpan) : 0))];
        return [.. blocks.GroupBy(block => block.Stage).OrderBy(stage => stage.Key).Select(stage => stage.Max(block => block.Block) + 1)];
    }

    [GeneratedRegex(@"(/|\.)(kernel|gamma|beta|moving_mean|moving_variance)(:0)?$|:0$")]
    private static partial Regex Keras();

    [GeneratedRegex(@"(^|\.)embedder\.|(^|\.)encoder\.stages\.[0-9]")]
    private static partial Regex Transformers();

    [GeneratedRegex(@"(^|\.)res[2-5]\.[0-9]+\.|(^|\.)conv1\.norm\.")]
    private static partial Regex Detectron();

    [GeneratedRegex(@"(^|\.|_)(attn|attention|cls_token|patch_embed|pos_embed)(\.|$)")]
    private static partial Regex Attention();

    [GeneratedRegex(@"(^|\.)(conv_stem|_conv_stem|conv_pwl?|conv_dw|_depthwise_conv)\.")]
    private static partial Regex EfficientNet();

    [GeneratedRegex(@"^features\.")]
    private static partial Regex Features();

    [GeneratedRegex(@"^(stages?|s[0-9]|trunk_output|downsample_layers)[._]|^stem\.")]
    private static partial Regex OtherStages();

    [GeneratedRegex(@"^layer[0-9].*\.(se|se_module|se_layer|se_block|fc1|fc2)\.|squeeze|excitation")]
    private static partial Regex SqueezeAndExcitation();

    [GeneratedRegex(@"^conv1\.[1-9]\.|^layer0\.conv[23]\.")]
    private static partial Regex DeepStem();

    [GeneratedRegex(@"^layer[2-4]\.0\.bn1\.weight$")]
    private static partial Regex SecondStageNorm();

    [GeneratedRegex(@"^layer[0-9]\.[0-9]+\.(.+\.)?conv3\.weight$")]
    private static partial Regex ThirdConvolution();

    [GeneratedRegex(@"^layer(?<stage>[0-9])\.(?<block>[0-9]+)\.", RegexOptions.ExplicitCapture)]
    private static partial Regex BlockNumber();
}
