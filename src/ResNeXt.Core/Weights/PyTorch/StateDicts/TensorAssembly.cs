using ResNeXt.Core.Files;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights.PyTorch.Storages;

namespace ResNeXt.Core.Weights.PyTorch.StateDicts;

/// <summary>Reads the values of tensors, storage by storage, after checking how much memory they need.</summary>
internal static class TensorAssembly
{
    // The number of elements that views may have beyond those in the file, because views can overlap.
    private const long SpareElements = 1 << 22;

    /// <summary>Reads the tensors.</summary>
    /// <param name="tensors">The tensors by name. They have been checked against their storages.</param>
    /// <param name="locate">Gets the offset of a storage in the file, after checking that the file contains all its bytes.</param>
    /// <param name="source">The file.</param>
    /// <exception cref="InvalidDataException">A storage is missing, or the tensors have far more elements than the file.</exception>
    public static StateDict Assemble(OrderedDictionary<string, TensorView> tensors, Func<TensorStorage, long> locate, WeightSource source)
    {
        var parts = tensors.GroupBy(pair => pair.Value.Slice.Storage)
            .Select(group => new StoragePart(group.Key, locate(group.Key), [.. group])).ToList();
        // No part is longer than the file, no view is longer than an array, and a pickle describes fewer than 500,000, so the sum cannot overflow.
        long elements = parts.Sum(part => part.End - part.Start)
            + tensors.Values.Where(view => !view.IsContiguous).Sum(view => (long)view.Length);
        // Contiguous views take no memory, but each is checked for NaN.
        long viewed = tensors.Values.Sum(view => (long)view.Length);
        if (elements > source.Length + SpareElements || viewed > 2 * source.Length + SpareElements
            || parts.Any(part => part.End - part.Start > Array.MaxLength))
            throw source.Refuse($"has {source.Length} bytes but would unfold into {Math.Max(elements, viewed)} elements, more than it can mean. "
                + "Save its tensors with .contiguous() or in smaller parts.");
        var loaded = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        foreach (StoragePart part in parts)
            Load(part, source, loaded);
        return new StateDict(tensors.Keys.Select(name => KeyValuePair.Create(name, loaded[name])));
    }

    // Contiguous tensors are slices of their storage. Others are copied element by element.
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
        /// <summary>The first element that a tensor uses. The offset of an empty tensor is ignored.</summary>
        public long Start { get; } = Tensors.Where(pair => pair.Value.Length > 0).Select(pair => pair.Value.Start).DefaultIfEmpty().Min();

        /// <summary>The element after the last one that a tensor uses.</summary>
        public long End { get; } = Tensors.Where(pair => pair.Value.Length > 0).Select(pair => pair.Value.End).DefaultIfEmpty().Max();
    }
}
