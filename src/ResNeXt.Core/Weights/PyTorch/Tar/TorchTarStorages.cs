using ResNeXt.Core.Weights.PyTorch.Pickle;

namespace ResNeXt.Core.Weights.PyTorch.Tar;

/// <summary>
/// Reads the entry <c>storages</c> of a tar archive that <c>torch.save</c> wrote: the number of storages; the key, device, type, number of elements
/// and elements of each; then a list of storages that are parts of others. The elements themselves are skipped.
/// </summary>
internal static class TorchTarStorages
{
    /// <summary>Adds the storages to <paramref name="objects"/>.</summary>
    public static void Read(TorchTarInput input, TorchTarObjects objects)
    {
        long count = input.Count();
        for (long i = 0; i < count; i++)
            ReadStorage(input, objects);
        if (input.Pickle(PickleReader.MaximumLength) is not List<object?> parts)
            throw input.Damaged("does not end with a list of parts of storages");
        foreach (object? part in parts)
            AddPart(part, input, objects);
    }

    private static void ReadStorage(TorchTarInput input, TorchTarObjects objects)
    {
        if (input.Record() is not object?[] record
            || record is not [long key, _, PickleGlobal { Kind: PickleGlobalKind.Storage, Elements: { } type }])
            throw input.Damaged("describes a storage by something other than its number, device and type");
        long count = input.Int64();
        if (count < 0 || count > input.Remaining / type.Size)
            throw input.Damaged($"has a storage of {count} elements of {type.Size} bytes in the {input.Remaining} bytes that are left of it");
        if (!objects.TryAddStorage(key, type, count, input.Skip(count * type.Size)))
            throw input.Damaged($"has the storage '{key}' twice");
    }

    private static void AddPart(object? part, TorchTarInput input, TorchTarObjects objects)
    {
        if (part is not object?[] numbers || numbers is not [long key, long whole, long offset, long count]
            || objects.FindStorage(whole) is not { } slice
            || offset < 0 || count < 0 || offset > slice.Count - count
            || !objects.TryAdd(key, slice with { Offset = slice.Offset + offset, Count = count }))
            throw input.Damaged("cuts a part from a storage that does not lie within it, or has it twice");
    }
}
