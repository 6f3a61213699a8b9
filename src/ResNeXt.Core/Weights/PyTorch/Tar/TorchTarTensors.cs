using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights.PyTorch.Pickle;
using ResNeXt.Core.Weights.PyTorch.Storages;

namespace ResNeXt.Core.Weights.PyTorch.Tar;

/// <summary>
/// Reads the entry <c>tensors</c> of a tar archive that <c>torch.save</c> wrote: the number of tensors; then the key, storage key, type, dimensions,
/// strides and offset of each.
/// </summary>
internal static class TorchTarTensors
{
    // The storage of empty tensors, which had none when they were saved.
    private static readonly StorageSlice Nothing = new(new TensorStorage("None", ElementType.Float32, 0), 0, 0);

    /// <summary>Adds the tensors to <paramref name="objects"/>, which already contains the storages.</summary>
    public static void Read(TorchTarInput input, TorchTarObjects objects)
    {
        long count = input.Count();
        for (long i = 0; i < count; i++)
            ReadTensor(input, objects);
    }

    private static void ReadTensor(TorchTarInput input, TorchTarObjects objects)
    {
        if (input.Record() is not object?[] record
            || record is not [long key, var storageKey, PickleGlobal { Kind: PickleGlobalKind.TensorType, Elements: { } type }])
            throw input.Damaged("describes a tensor by something other than its number, storage and type");
        StorageSlice? slice = storageKey switch
        {
            null => Nothing,
            long known => objects.FindStorage(known),
            _ => null,
        };
        if (slice is null || (slice != Nothing && slice.Storage.Type != type))
            throw input.Damaged($"describes the tensor '{key}' on a storage that is not there or has elements of another type");
        // Four bytes are the number of dimensions. The next four bytes were never initialized.
        int rank = unchecked((int)input.Int64());
        if (rank is < 0 or > TensorShape.MaximumRank)
            throw input.Damaged($"describes the tensor '{key}' with {rank} dimensions; 0 to {TensorShape.MaximumRank} are accepted");
        long[] shape = input.Int64s(rank), strides = input.Int64s(rank);
        if (!objects.TryAdd(key, new TensorView(slice, input.Int64(), shape, strides)))
            throw input.Damaged($"has the tensor '{key}' twice");
    }
}
