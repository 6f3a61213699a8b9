namespace ResNeXt.Core.Tensors;

/// <summary>The values of one tensor, independent of libtorch.</summary>
/// <param name="Shape">Its dimensions; empty for a scalar.</param>
/// <param name="Values">Its elements in row-major order; half and bfloat16 files arrive widened.</param>
public sealed record WeightTensor(IReadOnlyList<int> Shape, ReadOnlyMemory<float> Values);
