using System.Globalization;
using ResNeXt.Core.Files;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights.PyTorch.Pickle;
using ResNeXt.Core.Weights.PyTorch.Storages;

namespace ResNeXt.Core.Weights.PyTorch.Tar;

/// <summary>The storages and tensors of a tar archive of torch.save by their keys, which were addresses in the memory that they came from.</summary>
internal sealed class TorchTarObjects
{
    private readonly Dictionary<long, object> _objects = [];
    private readonly Dictionary<string, long> _offsets = new(StringComparer.Ordinal);

    /// <summary>Adds a storage whose elements lie at an offset in the file; false where its key is taken.</summary>
    public bool TryAddStorage(long key, ElementType type, long count, long offset)
    {
        string name = key.ToString(CultureInfo.InvariantCulture);
        _offsets[name] = offset;
        return _objects.TryAdd(key, new StorageSlice(new TensorStorage(name, type, count), 0, count));
    }

    /// <summary>Adds a part of a storage; false where its key is taken.</summary>
    public bool TryAdd(long key, StorageSlice slice) => _objects.TryAdd(key, slice);

    /// <summary>Adds a tensor; false where its key is taken.</summary>
    public bool TryAdd(long key, TensorView tensor) => _objects.TryAdd(key, tensor);

    /// <summary>The storage of a key, or null.</summary>
    public StorageSlice? FindStorage(long key) => _objects.GetValueOrDefault(key) as StorageSlice;

    /// <summary>The offset in the file of a storage's first element.</summary>
    public long OffsetOf(TensorStorage storage) => _offsets[storage.Key];

    /// <summary>The tensor or storage that a persistent id, a key as a string, refers to.</summary>
    /// <exception cref="InvalidDataException">It is no key of one; the classes that such an id may name as well are never accepted.</exception>
    public object Find(object? id, PickleInput input)
    {
        if (id is not string text || !long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long key))
            throw input.Damaged("refers to something other than a tensor by its number");
        return _objects.GetValueOrDefault(key) ?? throw input.Damaged($"refers to the tensor {Quoted.Name(text)}, which the file does not have");
    }
}
