using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights.PyTorch.Pickle;
using ResNeXt.Core.Weights.PyTorch.Storages;

namespace ResNeXt.Core.Weights.PyTorch.Tar;

/// <summary>
/// Reads the member <c>tensors</c> of a tar archive of torch.save: their number; of each its key, its storage's key and its type, then its
/// dimensions, strides and offset.
/// </summary>
internal static class TorchTarTensors
{
    // What a tensor that was empty is cut from: it had no storage then.
    private static readonly StorageSlice Nothing = new(new TensorStorage("None", ElementType.Float32, 0), 0, 0);

    /// <summary>Adds the tensors to <paramref name="objects"/>, which has the storages.</summary>
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
        // Four bytes are the number of dimensions; the four after them were never cleared and mean nothing.
        int rank = unchecked((int)input.Int64());
        if (rank is < 0 or > TensorShape.MaximumRank)
            throw input.Damaged($"describes the tensor '{key}' with {rank} dimensions; 0 to {TensorShape.MaximumRank} are accepted");
        long[] shape = input.Int64s(rank), strides = input.Int64s(rank);
        if (!objects.TryAdd(key, new TensorView(slice, input.Int64(), shape, strides)))
            throw input.Damaged($"has the tensor '{key}' twice");
    }
}
