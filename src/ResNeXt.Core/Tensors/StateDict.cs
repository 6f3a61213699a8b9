namespace ResNeXt.Core.Tensors;

/// <summary>
/// The named tensors of a network in order, like PyTorch's <c>state_dict</c>, with the metadata of a file. Independent of libtorch.
/// </summary>
public sealed class StateDict
{
    /// <summary>Creates a state dict.</summary>
    /// <param name="tensors">The names and tensors, in order. Names must be unique.</param>
    /// <param name="metadata">The metadata; null for none.</param>
    /// <exception cref="ArgumentException">A name occurs twice.</exception>
    public StateDict(IEnumerable<KeyValuePair<string, WeightTensor>> tensors, IEnumerable<KeyValuePair<string, string>>? metadata = null)
    {
        var ordered = new OrderedDictionary<string, WeightTensor>(StringComparer.Ordinal);
        foreach ((string name, WeightTensor tensor) in tensors)
        {
            if (!ordered.TryAdd(name, tensor))
                throw new ArgumentException($"The tensor '{name}' occurs twice.", nameof(tensors));
        }
        Tensors = ordered;
        Metadata = new Dictionary<string, string>(metadata ?? [], StringComparer.Ordinal);
    }

    /// <summary>The tensors by name, in the file's order.</summary>
    public IReadOnlyDictionary<string, WeightTensor> Tensors { get; }

    /// <summary>The file's metadata; empty if there is none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }
}
