using ResNeXt.Core.Files;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Weights.Matching;

/// <summary>Compares the tensors that a network needs with the tensors in a file.</summary>
internal sealed class TensorComparison
{
    private const int ShownNames = 5;

    private readonly List<string> _missing = [];
    private readonly List<string> _otherShape = [];
    private readonly List<string> _unexpected;
    private readonly List<KeyValuePair<string, WeightTensor>> _matched = [];

    /// <summary>Compares the tensors.</summary>
    /// <param name="needed">The tensors that the network needs.</param>
    /// <param name="present">The tensors of the file, by torchvision's names.</param>
    /// <param name="classes">The number of classes of the network.</param>
    public TensorComparison(IReadOnlyList<TensorSpec> needed, IReadOnlyDictionary<string, WeightTensor> present, int classes)
    {
        TensorSpec? head = needed.SingleOrDefault(spec => spec.Name == NetworkDefinition.HeadWeight);
        if (present.TryGetValue(NetworkDefinition.HeadWeight, out WeightTensor? weight) && weight.Shape is [int other, int features]
            && other != classes && features == head?.Shape[1])
            OtherClasses = other;
        foreach (TensorSpec spec in needed)
        {
            if (OtherClasses is not null && NetworkDefinition.IsHead(spec.Name))
                continue;
            if (!present.TryGetValue(spec.Name, out WeightTensor? tensor))
                _missing.Add(spec.Name);
            else if (!tensor.Shape.SequenceEqual(spec.Shape))
                _otherShape.Add($"{spec.Name} {TensorShape.Text(tensor.Shape)} instead of {TensorShape.Text(spec.Shape)}");
            else
                _matched.Add(new(spec.Name, tensor));
        }
        HashSet<string> names = [.. needed.Select(spec => spec.Name)];
        _unexpected = [.. present.Keys.Where(name => !names.Contains(name)).Select(Quoted.Name)];
    }

    /// <summary>The number of classes in the file, if it differs from the network's; else null. The last layer is then left out.</summary>
    public int? OtherClasses { get; }

    /// <summary>Whether the last layer is missing and everything else matches.</summary>
    public bool IsHeadMissing => _otherShape.Count + _unexpected.Count == 0 && _missing.Count == 2 && _missing.TrueForAll(NetworkDefinition.IsHead);

    /// <summary>
    /// Whether the file has exactly the tensors that the network needs. The last layer does not count if <see cref="IsHeadMissing"/> or
    /// <see cref="OtherClasses"/> is set.
    /// </summary>
    public bool Fits => IsHeadMissing || _missing.Count + _otherShape.Count + _unexpected.Count == 0;

    /// <summary>The tensors that match, in the network's order.</summary>
    public IReadOnlyList<KeyValuePair<string, WeightTensor>> Matched => _matched;

    /// <summary>Describes all differences for a message: the first five of each kind, and their number.</summary>
    public string Describe() => string.Join("; ", new[]
    {
        List("missing", _missing), List("not expected", _unexpected), List("of another shape", _otherShape),
    }.Where(text => text.Length > 0));

    private static string List(string kind, List<string> names) => names.Count == 0 ? ""
        : $"{names.Count} {kind} ({string.Join(", ", names.Take(ShownNames))}{(names.Count > ShownNames ? ", ..." : "")})";
}
