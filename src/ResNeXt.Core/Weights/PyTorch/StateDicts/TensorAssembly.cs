using ResNeXt.Core.Files;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights.PyTorch.Storages;

namespace ResNeXt.Core.Weights.PyTorch.StateDicts;

/// <summary>Turns described tensors into values, storage by storage, after checking how much memory they would take.</summary>
internal static class TensorAssembly
{
    // Elements that views may repeat beyond what the file can hold by itself.
    private const long SpareElements = 1 << 22;

    /// <summary>Reads the tensors.</summary>
    /// <param name="tensors">Names and views, checked against their storages.</param>
    /// <param name="locate">Gives the offset in the file of a storage's first element, having checked that all its bytes are there.</param>
    /// <param name="source">The file.</param>
    /// <exception cref="InvalidDataException">A storage is not there, or the views would unfold into far more than the file holds.</exception>
    public static StateDict Assemble(OrderedDictionary<string, TensorView> tensors, Func<TensorStorage, long> locate, WeightSource source)
    {
        var parts = tensors.GroupBy(pair => pair.Value.Slice.Storage)
            .Select(group => new StoragePart(group.Key, locate(group.Key), [.. group])).ToList();
        // No part is longer than the file and no view longer than an array, and a pickle describes fewer than 500,000: the sum cannot overflow.
        long elements = parts.Sum(part => part.End - part.Start)
            + tensors.Values.Where(view => !view.IsContiguous).Sum(view => (long)view.Length);
        if (elements > source.Length + SpareElements || parts.Any(part => part.End - part.Start > Array.MaxLength))
            throw source.Refuse($"has {source.Length} bytes but would unfold into {elements} elements, more than it can mean. "
                + "Save its tensors with .contiguous() or in smaller parts.");
        var loaded = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        foreach (StoragePart part in parts)
            Load(part, source, loaded);
        return new StateDict(tensors.Keys.Select(name => KeyValuePair.Create(name, loaded[name])));
    }

    // Tensors that lie row by row stay slices of their storage; others are gathered.
    private static void Load(StoragePart part, WeightSource source, Dictionary<string, WeightTensor> loaded)
    {
        ElementType type = part.Storage.Type;
        float[] storage = ElementReader.Read(source, part.Offset + part.Start * type.Size, (int)(part.End - part.Start), type);
        foreach ((string name, TensorView view) in part.Tensors)
        {
            ReadOnlyMemory<float> values = view.Length == 0 ? default
                : view.IsContiguous ? storage.AsMemory((int)(view.Start - part.Start), view.Length)
                : view.Copy(storage, part.Start);
            loaded[name] = new WeightTensor([.. view.Shape.Select(dimension => (int)dimension)], values);
        }
    }

    private sealed record StoragePart(TensorStorage Storage, long Offset, IReadOnlyList<KeyValuePair<string, TensorView>> Tensors)
    {
        /// <summary>The first element that a tensor uses; the place of an empty tensor means nothing and may lie anywhere.</summary>
        public long Start { get; } = Tensors.Where(pair => pair.Value.Length > 0).Select(pair => pair.Value.Start).DefaultIfEmpty().Min();

        /// <summary>The element after the last that a tensor uses.</summary>
        public long End { get; } = Tensors.Where(pair => pair.Value.Length > 0).Select(pair => pair.Value.End).DefaultIfEmpty().Max();
    }
}
