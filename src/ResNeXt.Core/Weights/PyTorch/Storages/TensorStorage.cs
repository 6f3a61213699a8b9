using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Weights.PyTorch.Storages;

/// <summary>A run of elements in the file that tensors are cut from.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Count">Number of its elements, as the pickle claims.</param>
internal sealed record TensorStorage(string Key, ElementType Type, long Count);

/// <summary>Part of a storage, or all of it, as a persistent id of a pickle refers to it.</summary>
/// <param name="Storage">The storage.</param>
/// <param name="Offset">First element.</param>
/// <param name="Count">Number of elements; lies within the storage.</param>
internal sealed record StorageSlice(TensorStorage Storage, long Offset, long Count);
