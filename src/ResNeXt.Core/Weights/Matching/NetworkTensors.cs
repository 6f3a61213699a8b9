using ResNeXt.Core.Files;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Weights.Matching;

/// <summary>The tensors of one network in a file, which may have a prefix or be mixed with the tensors of other networks and layers.</summary>
/// <param name="Tensors">The tensors by torchvision's names. The last layer is <c>fc</c>, if there is one.</param>
/// <param name="Notes">One sentence about each part of the file that was ignored; usually none.</param>
internal sealed record NetworkTensors(IReadOnlyDictionary<string, WeightTensor> Tensors, IReadOnlyList<string> Notes)
{
    private const string Stem = "conv1.weight", NumberedStem = "0.weight", FirstBlock = "layer1.0.", NumberedFirstBlock = "4.0.";

    // Each tensor is looked for in each of them.
    private const int MostNetworks = 100;

    // If a file has several networks, averaged ones are preferred, and those that only help to train another come last; see StateDictMatcher.Match.
    private static readonly string[] First = ["ema", "teacher"], Last = ["encoder_k", "target", "momentum", "student"];

    /// <summary>Finds the network. If no prefix leads to one, all tensors keep their names.</summary>
    /// <param name="weights">The tensors of the file.</param>
    /// <param name="featureCount">The number of inputs of the last layer.</param>
    /// <param name="source">The name of the file in messages.</param>
    /// <exception cref="InvalidDataException">
    /// Two tensors have the same name without prefixes, a name is too long, or there are too many networks.
    /// </exception>
    public static NetworkTensors Find(StateDict weights, int featureCount, string source)
    {
        OrderedDictionary<string, WeightTensor> all = CommonNames.Of(weights, source);
        Place[] places = [.. Places(all)];
        if (places.Length > MostNetworks)
            throw new InvalidDataException($"The weights of {source} have {places.Length} networks; save one network alone.");
        Place place = places.FirstOrDefault() ?? new Place("", IsSequential: false);
        var inside = new OrderedDictionary<string, WeightTensor>(StringComparer.Ordinal);
        var outside = new OrderedDictionary<string, WeightTensor>(StringComparer.Ordinal);
        foreach ((string name, WeightTensor tensor) in all)
        {
            bool isInside = name.StartsWith(place.Prefix, StringComparison.Ordinal);
            string common = isInside ? CommonNames.InNetwork(name[place.Prefix.Length..], place.IsSequential) : WithoutAncestors(name, place.Prefix);
            bool isOfAnother = places.Skip(1).Any(other => name.StartsWith(other.Prefix, StringComparison.Ordinal)
                && (!isInside || other.Prefix.Length > place.Prefix.Length));
            if (!isOfAnother && !(isInside ? inside : outside).TryAdd(common, tensor))
                throw new InvalidDataException($"The weights of {source} have the tensor {Quoted.Name(common)} twice; save one network alone.");
        }
        var notes = new List<string>();
        if (places.Length > 1)
        {
            notes.Add($"{source} has {places.Length} networks, under {Names([.. places.Select(item => item.Prefix)])}; the first is taken.");
        }
        NetworkHead head = NetworkHead.Find(inside, featureCount) ?? NetworkHead.Find(outside, featureCount) ?? NetworkHead.None;
        foreach (string name in head.OwnNames)
        {
            if (!inside.Remove(name))
                outside.Remove(name);
        }
        foreach ((string name, WeightTensor tensor) in head.Tensors)
            inside[name] = tensor;
        if (head.Note is not null)
            notes.Add($"{source} has {head.Note}");
        if (outside.Count > 0)
            notes.Add($"{outside.Count} tensors of {source} outside of {Quoted.Name(place.Prefix)} are left out: {Names(outside.Keys)}.");
        return new(inside, notes);
    }

    private static string Names(IReadOnlyCollection<string> names) => string.Join(", ", names.Take(5).Select(Quoted.Name))
        + (names.Count > 5 ? ", ..." : "");

    private static IEnumerable<Place> Places(OrderedDictionary<string, WeightTensor> all)
    {
        HashSet<string> named = Before(FirstBlock, all.Keys), numbered = Before(NumberedFirstBlock, all.Keys);
        IEnumerable<Place> found = all.Where(item => item.Value.Shape.Count == 4)
            .Select(item => PlaceOf(item.Key, Stem, named) ?? PlaceOf(item.Key, NumberedStem, numbered)).OfType<Place>();
        return found.OrderBy(place => First.Any(place.IsCalled) ? 0 : Last.Any(place.IsCalled) ? 2 : 1);
    }

    private static Place? PlaceOf(string name, string stem, HashSet<string> prefixes) =>
        name.EndsWith(stem, StringComparison.Ordinal) && prefixes.Contains(name[..^stem.Length]) ? new(name[..^stem.Length], stem == NumberedStem)
            : null;

    // Gets everything that precedes a part of a name: an empty text, or a text that ends with a dot.
    private static HashSet<string> Before(string part, IEnumerable<string> names) => [.. names
        .Select(name => (Name: name, Index: name.IndexOf(part, StringComparison.Ordinal)))
        .Where(item => item.Index == 0 || (item.Index > 0 && item.Name[item.Index - 1] == '.')).Select(item => item.Name[..item.Index])];

    // A last layer outside the network has only the network's outer prefixes.
    private static string WithoutAncestors(string name, string prefix)
    {
        for (int dot = prefix.Length - 1; dot > 0; dot = prefix.LastIndexOf('.', dot - 1))
        {
            if (string.CompareOrdinal(name, 0, prefix, 0, dot + 1) == 0)
                return name[(dot + 1)..];
        }
        return name;
    }

    private sealed record Place(string Prefix, bool IsSequential)
    {
        public bool IsCalled(string part) => Prefix.Split('.', '_').Contains(part, StringComparer.OrdinalIgnoreCase)
            || (part.Contains('_', StringComparison.Ordinal) && Prefix.Contains(part, StringComparison.OrdinalIgnoreCase));
    }
}
