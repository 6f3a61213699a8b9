using ResNeXt.Core.Weights.PyTorch.Pickle;

namespace ResNeXt.Core.Weights.PyTorch.StateDicts;

/// <summary>Finds the tensors of a whole model that <c>torch.save(model)</c> wrote, with the names that its <c>state_dict()</c> has.</summary>
internal static class ModuleTensors
{
    // The modules of a residual network are nested five levels deep.
    private const int MaximumDepth = 20;

    /// <summary>Gets the parameters and buffers of a module and its submodules; none if the object is not a module.</summary>
    public static List<KeyValuePair<string, object?>> Of(PickleDictionary module)
    {
        var found = new List<KeyValuePair<string, object?>>();
        Collect(module, "", MaximumDepth, new(ReferenceEqualityComparer.Instance), found);
        return found;
    }

    // A module that occurs twice in a file is read once, which limits the work if a file repeats it many times.
    private static void Collect(PickleDictionary module, string prefix, int depth, HashSet<object> seen, List<KeyValuePair<string, object?>> found)
    {
        if (module.Attributes is not { } attributes || depth == 0 || !seen.Add(module))
            return;
        foreach (string kind in new[] { "_parameters", "_buffers" })
            found.AddRange(Named(attributes.Inner(kind)).Select(pair => KeyValuePair.Create(prefix + pair.Key, pair.Value)));
        foreach ((string name, object? inner) in Named(attributes.Inner("_modules")))
        {
            if (inner is PickleDictionary child)
                Collect(child, $"{prefix}{name}.", depth - 1, seen, found);
        }
    }

    private static IEnumerable<KeyValuePair<string, object?>> Named(PickleDictionary? dictionary) =>
        (dictionary?.Pairs ?? []).Where(pair => pair.Key is string).Select(pair => KeyValuePair.Create((string)pair.Key!, pair.Value));
}
