using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Weights.PyTorch.Storages;

/// <summary>A storage: a sequence of elements in the file that one or more tensors use.</summary>
/// <param name="Key">The name of the storage in the file.</param>
/// <param name="Type">The type of the elements.</param>
/// <param name="Count">The number of elements, as the pickle claims.</param>
internal sealed record TensorStorage(string Key, ElementType Type, long Count);

/// <summary>A storage or a part of it, as a persistent id in a pickle refers to it.</summary>
/// <param name="Storage">The storage.</param>
/// <param name="Offset">The index of the first element.</param>
/// <param name="Count">The number of elements. All are within the storage.</param>
internal sealed record StorageSlice(TensorStorage Storage, long Offset, long Count);
