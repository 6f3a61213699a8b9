using System.Text.RegularExpressions;
using ResNeXt.Core.Files;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Weights.Matching;

/// <summary>Removes what training scripts and wrappers add to torchvision's names, and translates other libraries' names, in any architecture.</summary>
internal static partial class CommonNames
{
    // The prefixes of DataParallel and torch.compile. A name may have both, in any order.
    private static readonly string[] Prefixes = ["module.", "_orig_mod."];

    /// <summary>Gets the tensors without these prefixes and without batch counters, in torchvision's terms.</summary>
    /// <exception cref="InvalidDataException">Two tensors have the same name without prefixes, or a name has more than 1,000 characters.</exception>
    public static OrderedDictionary<string, WeightTensor> Of(StateDict weights, string source)
    {
        var renamed = new OrderedDictionary<string, WeightTensor>(StringComparer.Ordinal);
        foreach ((string name, WeightTensor tensor) in weights.Tensors)
        {
            if (name.Length > TensorName.MostCharacters)
                throw new InvalidDataException($"The weights of {source} have a tensor whose name has {name.Length} characters, {Quoted.Name(name)}; "
                    + $"at most {TensorName.MostCharacters} are read. Save the network's own state dict.");
            string common = name;
            while (Prefixes.FirstOrDefault(prefix => common.StartsWith(prefix, StringComparison.Ordinal)) is { } prefix)
                common = common[prefix.Length..];
            common = FromTransformers(common);
            if (!TensorName.IsBatchCounter(common) && !renamed.TryAdd(common, tensor))
                throw new InvalidDataException($"The weights of {source} have the tensor {Quoted.Name(common)} twice, with and without a prefix; "
                    + "save one network alone.");
        }
        return renamed;
    }

    /// <summary>Gets torchvision's name for a tensor.</summary>
    /// <param name="name">The name of the tensor within the network.</param>
    /// <param name="isSequential">
    /// Whether the parts of the network have numbers instead of names, as <c>nn.Sequential(*resnet.children())</c> makes them.
    /// </param>
    public static string InNetwork(string name, bool isSequential)
    {
        if (isSequential)
            name = Numbered().Replace(name, match => PartOf(match.ValueSpan[0]));
        return Shortcut().Replace(name, "${block}.downsample.");
    }

    // Hugging Face Transformers counts stages and the layers of a block from 0, and calls a convolution with its normalization a layer.
    private static string FromTransformers(string name)
    {
        name = TransformersStem().Replace(name, match => match.Groups["kind"].Value == "convolution" ? "conv1." : "bn1.");
        return TransformersBlock().Replace(name, match =>
        {
            bool isConvolution = match.Groups["kind"].Value == "convolution";
            string part = match.Groups["layer"] is { Success: true } layer
                ? $"{(isConvolution ? "conv" : "bn")}{layer.ValueSpan[0] - '0' + 1}"
                : $"downsample.{(isConvolution ? 0 : 1)}";
            return $"layer{match.Groups["stage"].ValueSpan[0] - '0' + 1}.{match.Groups["block"].Value}.{part}.";
        });
    }

    // The other numbers have no tensors: 2 is the activation, 3 and 8 are pooling.
    private static string PartOf(char number) => number switch
    {
        '0' => "conv1.",
        '1' => "bn1.",
        '9' => $"{NetworkDefinition.Head}.",
        _ => $"layer{number - '3'}.",
    };

    [GeneratedRegex(@"(?<=^|\.)embedder\.embedder\.(?<kind>convolution|normalization)\.", RegexOptions.ExplicitCapture)]
    private static partial Regex TransformersStem();

    [GeneratedRegex(@"(?<=^|\.)encoder\.stages\.(?<stage>[0-3])\.layers\.(?<block>[0-9]+)\.(layer\.(?<layer>[0-2])|shortcut)\."
        + @"(?<kind>convolution|normalization)\.", RegexOptions.ExplicitCapture)]
    private static partial Regex TransformersBlock();

    [GeneratedRegex(@"^[0145679]\.")]
    private static partial Regex Numbered();

    // CIFAR code derived from that of akamaster or kuangliu calls the projection of a block "shortcut".
    [GeneratedRegex(@"^(?<block>layer[0-9]\.[0-9]+)\.shortcut\.", RegexOptions.ExplicitCapture)]
    private static partial Regex Shortcut();
}
