using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights.PyTorch.Storages;

namespace ResNeXt.Core.Weights.PyTorch.Pickle;

/// <summary>What the allowed Python names do when a pickle calls them: build a dictionary or describe a tensor; others make placeholders.</summary>
internal static class PickleCalls
{
    /// <summary>The result of calling <paramref name="callable"/>.</summary>
    /// <exception cref="InvalidDataException">It cannot be called, or not with these arguments.</exception>
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
        // Only what rebuilds a tensor: calls within calls could go on without end.
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

    /// <summary>The storage that a persistent id refers to: its type, key, device, element count and, in legacy files, a part of it.</summary>
    /// <exception cref="InvalidDataException">It is no well-formed id of a storage.</exception>
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

    // A storage of bytes as one of elements.
    private static StorageSlice Typed(StorageSlice slice, ElementType type, PickleInput input) =>
        slice.Storage.Type.Size == 1 && slice.Offset % type.Size == 0
            ? new StorageSlice(new TensorStorage(slice.Storage.Key, type, slice.Storage.Count / type.Size), slice.Offset / type.Size,
                slice.Count / type.Size)
            : throw input.Damaged("gives elements of a type to a storage that has another");

    // The form in which Python 2 wrote it: a list of pairs.
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
