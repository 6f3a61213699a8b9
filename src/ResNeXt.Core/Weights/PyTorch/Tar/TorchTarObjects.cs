using System.Globalization;
using ResNeXt.Core.Files;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights.PyTorch.Pickle;
using ResNeXt.Core.Weights.PyTorch.Storages;

namespace ResNeXt.Core.Weights.PyTorch.Tar;

/// <summary>
/// The storages and tensors in a tar archive that <c>torch.save</c> wrote, by key. The keys are the memory addresses that they had when they were
/// saved.
/// </summary>
internal sealed class TorchTarObjects
{
    private readonly Dictionary<long, object> _objects = [];
    private readonly Dictionary<string, long> _offsets = new(StringComparer.Ordinal);

    /// <summary>Adds a storage at an offset in the file. Returns false if the key exists.</summary>
    public bool TryAddStorage(long key, ElementType type, long count, long offset)
    {
        string name = key.ToString(CultureInfo.InvariantCulture);
        _offsets[name] = offset;
        return _objects.TryAdd(key, new StorageSlice(new TensorStorage(name, type, count), 0, count));
    }

    /// <summary>Adds a part of a storage. Returns false if the key exists.</summary>
    public bool TryAdd(long key, StorageSlice slice) => _objects.TryAdd(key, slice);

    /// <summary>Adds a tensor. Returns false if the key exists.</summary>
    public bool TryAdd(long key, TensorView tensor) => _objects.TryAdd(key, tensor);

    /// <summary>Gets the storage with a key, or null.</summary>
    public StorageSlice? FindStorage(long key) => _objects.GetValueOrDefault(key) as StorageSlice;

    /// <summary>Gets the offset of a storage's first element in the file; 0 for the storage of an empty tensor, which has none.</summary>
    public long OffsetOf(TensorStorage storage) => _offsets.GetValueOrDefault(storage.Key);

    /// <summary>Gets the tensor or storage that a persistent id refers to. The id is the key as a string.</summary>
    /// <exception cref="InvalidDataException">The id is not the key of a tensor or storage. Ids that refer to classes are never accepted.</exception>
    public object Find(object? id, PickleInput input)
    {
        if (id is not string text || !long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long key))
            throw input.Damaged("refers to something other than a tensor by its number");
        return _objects.GetValueOrDefault(key) ?? throw input.Damaged($"refers to the tensor {Quoted.Name(text)}, which the file does not have");
    }
}
