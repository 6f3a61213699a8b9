using System.Text.RegularExpressions;
using ResNeXt.Core.Files;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Weights.Matching;

/// <summary>The last layer (head) of a network in a file.</summary>
/// <param name="Tensors">
/// The tensors of the fully connected layer, named <c>fc</c>. Empty if the head has several layers, which no network here supports.
/// </param>
/// <param name="OwnNames">The names of all tensors of the head in the file.</param>
/// <param name="Note">A description of ignored layers, which continues "The file has"; null if no layer is ignored.</param>
internal sealed partial record NetworkHead(IReadOnlyDictionary<string, WeightTensor> Tensors, IReadOnlyList<string> OwnNames, string? Note = null)
{
    private const string Weight = ".weight", Bias = ".bias";

    // If there are several candidates, the first of these names is the head.
    private static readonly string[] Known = [NetworkDefinition.Head, "linear", "classifier", "head.fc", "head", "last_linear"];

    /// <summary>A missing head.</summary>
    public static NetworkHead None { get; } = new(new Dictionary<string, WeightTensor>(), []);

    /// <summary>
    /// Finds the fully connected layer that takes the network's features, whatever its name is, or the sequence of layers that begins with it.
    /// </summary>
    /// <param name="tensors">The tensors, with names from <see cref="CommonNames"/>.</param>
    /// <param name="featureCount">The number of inputs of the last layer, by which it is recognized.</param>
    /// <returns>The head; null if there is none.</returns>
    public static NetworkHead? Find(IReadOnlyDictionary<string, WeightTensor> tensors, int featureCount)
    {
        Dictionary<string, WeightTensor> layers = tensors
            .Where(item => item.Key.EndsWith(Weight, StringComparison.Ordinal) && item.Value.Shape.Count == 2 && !InBlock().IsMatch(item.Key))
            .ToDictionary(item => item.Key[..^Weight.Length], item => item.Value, StringComparer.Ordinal);
        string[] fitting = [.. layers.Where(item => item.Value.Shape[1] == featureCount).Select(item => item.Key)];
        if (fitting.Length == 0)
            return null;
        string? known = Known.FirstOrDefault(fitting.Contains);
        ILookup<string, string> inARow = layers.Keys.ToLookup(Root, StringComparer.Ordinal);
        string[] alone = [.. fitting.Where(layer => inARow[Root(layer)].Count() == 1)];
        return (known, alone) switch
        {
            ({ } name, _) => Single(tensors, name),
            (null, [string name]) => Single(tensors, name),
            (null, []) => Several(tensors, Root(fitting[0]), [.. inARow[Root(fitting[0])]]),
            _ => null,
        };
    }

    private static NetworkHead Single(IReadOnlyDictionary<string, WeightTensor> tensors, string layer)
    {
        var renamed = new OrderedDictionary<string, WeightTensor>(StringComparer.Ordinal)
        {
            [NetworkDefinition.HeadWeight] = tensors[layer + Weight],
        };
        if (tensors.TryGetValue(layer + Bias, out WeightTensor? bias))
            renamed[NetworkDefinition.HeadBias] = bias;
        return new(renamed, [layer + Weight, layer + Bias]);
    }

    private static NetworkHead? Several(IReadOnlyDictionary<string, WeightTensor> tensors, string root, string[] layers)
    {
        string[] names = [.. tensors.Keys.Where(name => name.StartsWith(root + ".", StringComparison.Ordinal))];
        return names.All(name => tensors[name].Shape.Count <= 2)
            ? new(None.Tensors, names,
                $"a head of {layers.Length} layers ({string.Join(", ", layers.Take(4).Select(Quoted.Name))}) where this "
                + "network has one; it is left out.")
            : null;
    }

    private static string Root(string layer) => layer.LastIndexOf('.') is > 0 and var dot ? layer[..dot] : layer;

    [GeneratedRegex(@"^layer\d+\.")]
    private static partial Regex InBlock();
}
