using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights.PyTorch.Storages;

namespace ResNeXt.Core.Weights.PyTorch.Pickle;

/// <summary>
/// Evaluates the calls in a pickle. Allowed Python names create dictionaries and descriptions of tensors; all others create placeholders.
/// </summary>
internal static class PickleCalls
{
    /// <summary>Gets the result of calling <paramref name="callable"/>.</summary>
    /// <exception cref="InvalidDataException">It cannot be called, or does not accept these arguments.</exception>
    public static object? Call(object? callable, object?[] arguments, PickleInput input) => ((callable as PickleGlobal)?.Kind, arguments) switch
    {
        (PickleGlobalKind.OrderedDict, []) => new PickleDictionary(),
        (PickleGlobalKind.OrderedDict, [List<object?> pairs]) => Dictionary(pairs, input),
        (PickleGlobalKind.RebuildTensor, [StorageSlice slice, long offset, object?[] shape, object?[] strides, ..]) =>
            new TensorView(slice, offset, Numbers(shape, input), Numbers(strides, input)),
        (PickleGlobalKind.RebuildParameter, [TensorView tensor, ..]) => tensor,
        (PickleGlobalKind.Parameter, []) => new PickleParameter(),
        (PickleGlobalKind.Parameter, [TensorView tensor]) => new PickleParameter(tensor),
        (PickleGlobalKind.Size, [object?[] dimensions]) => dimensions,
        (PickleGlobalKind.Size, [List<object?> dimensions]) => dimensions.ToArray(),
        (PickleGlobalKind.RebuildTypedTensor,
            [StorageSlice slice, long offset, object?[] shape, object?[] strides, _, _, PickleGlobal { Elements: { } type }, ..]) =>
            new TensorView(Typed(slice, type, input), offset, Numbers(shape, input), Numbers(strides, input)),
        // Only functions that rebuild tensors are allowed, because nested calls could recurse without end.
        (PickleGlobalKind.RebuildFromType, [PickleGlobal { Kind: PickleGlobalKind.RebuildTensor or PickleGlobalKind.RebuildTypedTensor
            or PickleGlobalKind.RebuildParameter } inner, _, object?[] inputs, _]) => Call(inner, inputs, input),
        (PickleGlobalKind.RebuildFromType, [PickleGlobal { Kind: PickleGlobalKind.Foreign } inner, _, object?[], _]) =>
            new PickleDictionary(inner.Name),
        (PickleGlobalKind.Foreign, _) => new PickleDictionary(((PickleGlobal)callable!).Name),
        (null, _) when callable is PickleDictionary { ClassName: { } name } => new PickleDictionary(name),
        _ => throw input.Damaged(callable is PickleGlobal global
            ? $"gives {global.Name} arguments that it does not take"
            : "calls something that is no function"),
    };

    /// <summary>
    /// Gets the storage that a persistent id refers to by type, key, device, number of elements and, in legacy files, a range of elements.
    /// </summary>
    /// <exception cref="InvalidDataException">The id is not a valid reference to a storage.</exception>
    public static StorageSlice FindStorage(object? id, PickleInput input)
    {
        if (id is not object?[] parts || parts is not ["storage", PickleGlobal { Elements: { } type }, string key, _, long count, ..]
            || count < 0 || count > long.MaxValue / type.Size)
            throw input.Damaged("refers to something other than a storage of elements");
        var storage = new TensorStorage(key, type, count);
        return parts.ElementAtOrDefault(5) switch
        {
            null => new StorageSlice(storage, 0, count),
            object?[] and [_, long offset, long length] when offset >= 0 && length >= 0 && offset <= count - length =>
                new StorageSlice(storage, offset, length),
            _ => throw input.Damaged("cuts a part from a storage that does not lie within it"),
        };
    }

    // Converts a storage of bytes to a storage of elements.
    private static StorageSlice Typed(StorageSlice slice, ElementType type, PickleInput input) =>
        slice.Storage.Type.Size == 1 && slice.Offset % type.Size == 0
            ? new StorageSlice(new TensorStorage(slice.Storage.Key, type, slice.Storage.Count / type.Size), slice.Offset / type.Size,
                slice.Count / type.Size)
            : throw input.Damaged("gives elements of a type to a storage that has another");

    // Python 2 wrote dictionaries as lists of pairs.
    private static PickleDictionary Dictionary(List<object?> pairs, PickleInput input)
    {
        var dictionary = new PickleDictionary();
        foreach (object? pair in pairs)
        {
            if (pair is object?[] and [var key, var value])
                dictionary.Add(key, value);
            else if (pair is List<object?> and [var listKey, var listValue])
                dictionary.Add(listKey, listValue);
            else
                throw input.Damaged("gives collections.OrderedDict something other than pairs");
        }
        return dictionary;
    }

    private static long[] Numbers(object?[] values, PickleInput input) =>
        values.Length <= TensorShape.MaximumRank && values.All(value => value is long)
            ? [.. values.Select(value => (long)value!)]
            : throw input.Damaged($"describes a tensor by something other than at most {TensorShape.MaximumRank} whole numbers");
}
