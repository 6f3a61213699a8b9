namespace ResNeXt.Core.Tensors;

/// <summary>The tensors of a network by their torchvision names, in order, with what a file says about them; independent of libtorch.</summary>
public sealed class StateDict
{
    /// <summary>Makes a set of tensors.</summary>
    /// <param name="tensors">Names and tensors in order; every name may occur only once.</param>
    /// <param name="metadata">What a file says about them; null for nothing.</param>
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

    /// <summary>What the file says about them; empty where it says nothing.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }
}
