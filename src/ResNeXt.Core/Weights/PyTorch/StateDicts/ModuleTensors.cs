using ResNeXt.Core.Files;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights.PyTorch.Pickle;

namespace ResNeXt.Core.Weights.PyTorch.StateDicts;

/// <summary>Finds the tensors of whole models that <c>torch.save(model)</c> wrote, with the names that their <c>state_dict()</c> has.</summary>
/// <param name="source">The file.</param>
internal sealed class ModuleTensors(WeightSource source)
{
    // Of all modules of a file together. A pickle has at most half as many, but may repeat them many times.
    private const int MostValues = 1_000_000;

    // The modules of a residual network are nested five levels deep.
    private const int MaximumDepth = 20;

    private int _values;

    /// <summary>Gets the parameters and buffers of a module and its submodules; none if the object is not a module.</summary>
    /// <exception cref="InvalidDataException">The file has its modules again and again.</exception>
    public List<KeyValuePair<string, object?>> Of(PickleDictionary module)
    {
        var found = new List<KeyValuePair<string, object?>>();
        Collect(module, "", MaximumDepth, new(ReferenceEqualityComparer.Instance), found);
        return found;
    }

    // A module that occurs twice in another is read once.
    private void Collect(PickleDictionary module, string prefix, int depth, HashSet<object> seen, List<KeyValuePair<string, object?>> found)
    {
        if (module.Attributes is not { } attributes || depth == 0 || prefix.Length > TensorName.MostCharacters || !seen.Add(module))
            return;
        Charge(1 + attributes.Pairs.Count);
        foreach (string kind in new[] { "_parameters", "_buffers" })
            found.AddRange(Named(attributes.Inner(kind)).Select(pair => KeyValuePair.Create(prefix + pair.Key, pair.Value)));
        foreach ((string name, object? inner) in Named(attributes.Inner("_modules")))
        {
            if (inner is PickleDictionary child)
                Collect(child, $"{prefix}{name}.", depth - 1, seen, found);
        }
    }

    private IEnumerable<KeyValuePair<string, object?>> Named(PickleDictionary? dictionary)
    {
        Charge(dictionary?.Pairs.Count ?? 0);
        return (dictionary?.Pairs ?? []).Where(pair => pair.Key is string).Select(pair => KeyValuePair.Create((string)pair.Key!, pair.Value));
    }

    private void Charge(int values)
    {
        _values += values;
        if (_values > MostValues)
            throw source.Refuse("is damaged: it has the same modules again and again. Save it again.");
    }
}
