using ResNeXt.Core.Files;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights.PyTorch.Pickle;
using ResNeXt.Core.Weights.PyTorch.Storages;

namespace ResNeXt.Core.Weights.PyTorch.StateDicts;

/// <summary>Finds the tensors of a network in the pickled object of a checkpoint.</summary>
internal static class PickledStateDict
{
    // The keys that a message names.
    private const int ShownKeys = 8;

    // The items of a list or tuple that are looked into: scripts that save several things together save few.
    private const int SearchedItems = 8;

    // The keys under which training scripts save the state dict, next to an epoch number and an optimizer. Averaged weights come first, as in timm,
    // because they are the ones that are published.
    private static readonly string[] Wrappers =
    [
        "state_dict_ema", "model_ema", "ema_state_dict", "ema_model", "ema", "params_ema", "state_dict", "model_state_dict", "model_state", "model",
        "net", "network", "module", "params", "weights", "backbone", "encoder", "state",
    ];

    // Optimizers save tensors with the shapes of the parameters.
    private static readonly string[] OfTraining = ["optim", "sched", "scaler"];

    // Wrappers are nested at most two or three levels deep.
    private const int MaximumDepth = 5;

    /// <summary>Gets the tensors by name, in order. Other values are ignored.</summary>
    /// <exception cref="InvalidDataException">There are no tensors, or a tensor is not of a floating-point type or exceeds its storage.</exception>
    public static OrderedDictionary<string, TensorView> Find(object? root, WeightSource source)
    {
        if (root is not PickleDictionary and not List<object?> and not object?[])
            throw source.Refuse($"holds {Describe(root)} where a dictionary of tensors by name is needed. Save model.state_dict() with torch.save.");
        IReadOnlyList<KeyValuePair<string, object?>> chosen = Search(root, MaximumDepth, new(ReferenceEqualityComparer.Instance), new(source)) ?? [];
        var tensors = new OrderedDictionary<string, TensorView>(StringComparer.Ordinal);
        foreach ((string name, object? value) in chosen)
        {
            if (value is PickleDictionary { ClassName: { } type } && type.Contains("._rebuild_", StringComparison.Ordinal))
                throw source.Refuse($"has the tensor {Quoted.Name(name)} of a kind that is not read ({Quoted.Name(type)}). "
                    + "Save it as a dense tensor on the CPU.");
            if (ViewOf(value, source) is { } tensor && (tensor.Slice.Storage.Type.IsFloating || !TensorName.IsCounter(name)))
                tensors[name] = tensor;
        }
        foreach ((string name, TensorView tensor) in tensors)
            Check(name, tensor, source);
        return tensors.Count > 0 ? tensors
            : throw source.Refuse($"holds no tensors by name, but {Contents(root)}. Save model.state_dict() with torch.save.");
    }

    // Finds the dictionary with the network's tensors: under a known key, else the node itself, else under any other key.
    private static List<KeyValuePair<string, object?>>? Search(object? node, int depth, HashSet<object> seen, ModuleTensors modules)
    {
        if (node is null or string || depth == 0 || !seen.Add(node))
            return null;
        if (node is List<object?> or object?[])
            return ((IEnumerable<object?>)node).Take(SearchedItems).Select(item => Search(item, depth - 1, seen, modules))
                .FirstOrDefault(found => found is not null);
        if (node is not PickleDictionary dictionary)
            return null;
        if (modules.Of(dictionary) is { Count: > 0 } ofModule)
            return ofModule;
        foreach (string wrapper in Wrappers)
        {
            if (Search(dictionary.Value(wrapper), depth - 1, seen, modules) is { } found)
                return found;
        }
        List<KeyValuePair<string, object?>> own =
            [.. dictionary.Pairs.Where(pair => pair.Key is string).Select(pair => KeyValuePair.Create((string)pair.Key!, pair.Value))];
        if (own.Any(pair => IsTensor(pair.Value, leastRank: 4)))
            return own;
        List<KeyValuePair<string, object?>>? other =
            own.Where(pair => !OfTraining.Any(part => pair.Key.Contains(part, StringComparison.OrdinalIgnoreCase)))
            .Select(pair => Search(pair.Value, depth - 1, seen, modules))
                .FirstOrDefault(found => found is not null && found.Any(pair => IsTensor(pair.Value, leastRank: 4)));
        return other ?? (own.Any(pair => IsTensor(pair.Value, leastRank: 0)) ? own : null);
    }

    private static bool IsTensor(object? value, int leastRank) => value switch
    {
        TensorView view => view.Shape.Length >= leastRank,
        PickleParameter parameter => leastRank == 0 || parameter.Tensor?.Shape.Length >= leastRank,
        _ => false,
    };

    private static TensorView? ViewOf(object? value, WeightSource source) => value is PickleParameter parameter
        ? parameter.Tensor ?? throw source.Refuse("is damaged: it has a parameter without a tensor. Save it again.")
        : value as TensorView;

    private static void Check(string name, TensorView tensor, WeightSource source)
    {
        ElementType type = tensor.Slice.Storage.Type;
        if (!type.IsFloating)
            throw source.Refuse($"has the tensor {Quoted.Name(name)} of type {type.Name}; accepted are float32, float64, float16 and bfloat16. "
                + "Save it without that tensor.");
        if (tensor.FindMistake() is { } mistake)
            throw source.Refuse($"is damaged: the tensor {Quoted.Name(name)} of shape {TensorShape.Text(tensor.Shape)} {mistake}. Save it again.");
    }

    private static string Contents(object root)
    {
        if (root is not PickleDictionary { Pairs: { Count: > 0 } pairs })
            return Describe(root);
        string[] keys = [.. pairs.Where(pair => pair.Key is string).Take(ShownKeys)
            .Select(pair => $"{Quoted.Name((string)pair.Key!)} ({Describe(pair.Value)})")];
        string shown = string.Join(", ", keys);
        return $"{(shown.Length > 300 ? shown[..300] : shown)}{(pairs.Count > keys.Length ? ", ..." : "")}";
    }

    private static string Describe(object? value) => value switch
    {
        PickleGlobal { Name: var name } => $"the Python object {Quoted.Name(name)}",
        PickleDictionary { ClassName: { } name } => $"an object of {Quoted.Name(name)}",
        PickleDictionary { Pairs.Count: 0 } => "an empty dictionary",
        PickleDictionary => "a dictionary",
        TensorView => "a single tensor",
        List<object?> => "a list",
        object?[] => "a tuple",
        string => "a text",
        _ => "a single value",
    };
}
