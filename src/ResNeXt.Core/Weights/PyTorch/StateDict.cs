namespace ResNeXt.Core.Weights.PyTorch;

/// <summary>Finds the tensors of a network in what a checkpoint's pickle describes.</summary>
internal static class StateDict
{
    // Training scripts put it beside an epoch number and an optimizer, under one of these names.
    private static readonly string[] Wrappers = ["state_dict", "model_state_dict", "model"];

    /// <summary>The tensors by name, in order; what is no tensor is left out.</summary>
    /// <exception cref="InvalidDataException">There are none, or one is not of floating-point numbers, or does not lie within its storage.</exception>
    public static OrderedDictionary<string, TensorView> Find(object? root, WeightSource source)
    {
        if (root is not PickleDictionary top)
            throw source.Refuse($"holds {Describe(root)} where a dictionary of tensors by name is needed. Save model.state_dict() with torch.save.");
        PickleDictionary chosen = Wrappers.Select(top.Inner).FirstOrDefault(inner => inner is not null) ?? top;
        var tensors = new OrderedDictionary<string, TensorView>(StringComparer.Ordinal);
        foreach ((object? key, object? value) in chosen.Pairs)
        {
            TensorView? found = value is PickleParameter parameter ? TensorOf(parameter, source) : value as TensorView;
            if (key is string name && found is { } tensor && (tensor.Slice.Storage.Type.IsFloating || !TensorName.IsBatchCounter(name)))
                tensors[name] = tensor;
        }
        foreach ((string name, TensorView tensor) in tensors)
            Check(name, tensor, source);
        if (tensors.Count == 0)
            throw source.Refuse("holds no tensors by name, neither at its top nor under state_dict, model_state_dict or model. "
                + "Save model.state_dict() with torch.save.");
        return tensors;
    }

    private static TensorView TensorOf(PickleParameter parameter, WeightSource source) =>
        parameter.Tensor ?? throw source.Refuse("is damaged: it has a parameter without a tensor. Save it again.");

    private static void Check(string name, TensorView tensor, WeightSource source)
    {
        ElementType type = tensor.Slice.Storage.Type;
        if (!type.IsFloating)
            throw source.Refuse($"has the tensor {Quoted.Name(name)} of type {type.Name}; accepted are float32, float64, float16 and bfloat16. "
                + "Save it without that tensor.");
        if (tensor.FindMistake() is { } mistake)
            throw source.Refuse($"is damaged: the tensor {Quoted.Name(name)} of shape {TensorShape.Text(tensor.Shape)} {mistake}. Save it again.");
    }

    private static string Describe(object? root) => root switch
    {
        TensorView => "a single tensor",
        List<object?> => "a list",
        object?[] => "a tuple",
        string => "a text",
        _ => "a single value",
    };
}
