namespace ResNeXt.Core.Weights;

/// <summary>Calls the last fully connected layer <c>fc</c>, as torchvision does.</summary>
internal static class HeadName
{
    private static readonly string[] Others = ["linear", "classifier", "head.fc", "head", "last_linear"];

    /// <summary>The tensors with the last layer under <c>fc</c>; unchanged where it is called so, or where nothing looks like it.</summary>
    /// <param name="tensors">Tensors by common names.</param>
    /// <param name="featureCount">Number of features that the last layer takes; tells it from other layers.</param>
    public static IReadOnlyDictionary<string, WeightTensor> Unify(IReadOnlyDictionary<string, WeightTensor> tensors, int featureCount)
    {
        string? head = Others.FirstOrDefault(name =>
            tensors.TryGetValue($"{name}.weight", out WeightTensor? weight) && weight.Shape is [_, int features] && features == featureCount);
        if (head is null || tensors.ContainsKey("fc.weight") || tensors.ContainsKey("fc.bias"))
            return tensors;
        var renamed = new OrderedDictionary<string, WeightTensor>(StringComparer.Ordinal);
        foreach ((string name, WeightTensor tensor) in tensors)
            renamed.Add(name == $"{head}.weight" ? "fc.weight" : name == $"{head}.bias" ? "fc.bias" : name, tensor);
        return renamed;
    }
}
