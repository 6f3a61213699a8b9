using ResNeXt.Core.Files;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Weights.Matching;

/// <summary>What a network needs beside what a file has, and every difference between them.</summary>
internal sealed class TensorComparison
{
    private const int ShownNames = 5;

    private readonly List<string> _missing = [];
    private readonly List<string> _otherShape = [];
    private readonly List<string> _unexpected;
    private readonly List<KeyValuePair<string, WeightTensor>> _matched = [];

    /// <summary>Compares.</summary>
    /// <param name="needed">The network's tensors.</param>
    /// <param name="present">The file's tensors by torchvision's names.</param>
    /// <param name="classes">The network's number of classes.</param>
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

    /// <summary>The number of classes of the file's last layer where it differs from the network's; that layer is then left out. Else null.</summary>
    public int? OtherClasses { get; }

    /// <summary>Whether nothing but the whole last layer is missing.</summary>
    public bool IsHeadMissing => _otherShape.Count + _unexpected.Count == 0 && _missing.Count == 2 && _missing.TrueForAll(NetworkDefinition.IsHead);

    /// <summary>
    /// Whether the file has exactly what the network needs, the last layer aside where <see cref="OtherClasses"/> is given or
    /// <see cref="IsHeadMissing"/>.
    /// </summary>
    public bool Fits => IsHeadMissing || _missing.Count + _otherShape.Count + _unexpected.Count == 0;

    /// <summary>The tensors that both have, in the network's order.</summary>
    public IReadOnlyList<KeyValuePair<string, WeightTensor>> Matched => _matched;

    /// <summary>All differences in words: the first five of each kind and how many there are.</summary>
    public string Describe() => string.Join("; ", new[]
    {
        List("missing", _missing), List("not expected", _unexpected), List("of another shape", _otherShape),
    }.Where(text => text.Length > 0));

    private static string List(string kind, List<string> names) => names.Count == 0 ? ""
        : $"{names.Count} {kind} ({string.Join(", ", names.Take(ShownNames))}{(names.Count > ShownNames ? ", ..." : "")})";
}
