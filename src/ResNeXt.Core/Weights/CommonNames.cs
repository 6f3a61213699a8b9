using System.Text.RegularExpressions;

namespace ResNeXt.Core.Weights;

/// <summary>Takes off what training scripts and wrappers add to torchvision's names, whatever the architecture.</summary>
internal static partial class CommonNames
{
    // Of DataParallel and of torch.compile; both may stand there, in any order.
    private static readonly string[] Prefixes = ["module.", "_orig_mod."];

    /// <summary>The tensors by their common names, without counters of batches.</summary>
    /// <exception cref="InvalidDataException">Two tensors have one name then.</exception>
    public static OrderedDictionary<string, WeightTensor> Of(WeightSet weights, string source)
    {
        var renamed = new OrderedDictionary<string, WeightTensor>(StringComparer.Ordinal);
        foreach ((string name, WeightTensor tensor) in weights.Tensors)
        {
            string common = Rename(name);
            if (!TensorName.IsBatchCounter(common) && !renamed.TryAdd(common, tensor))
                throw new InvalidDataException($"The weights of {source} have the tensor {Quoted.Name(common)} twice, with and without a prefix; "
                    + "save one network alone.");
        }
        return renamed;
    }

    private static string Rename(string name)
    {
        while (Prefixes.FirstOrDefault(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) is { } prefix)
            name = name[prefix.Length..];
        return Shortcut().Replace(name, "${block}.downsample.");
    }

    // CIFAR code in the manner of akamaster and kuangliu calls the projection of a block "shortcut".
    [GeneratedRegex(@"^(?<block>layer\d\.\d+)\.shortcut\.", RegexOptions.ExplicitCapture)]
    private static partial Regex Shortcut();
}
