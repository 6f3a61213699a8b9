namespace ResNeXt.Core.Tensors;

/// <summary>The values of one tensor, independent of libtorch.</summary>
/// <param name="Shape">The dimensions; empty for a scalar.</param>
/// <param name="Values">The elements in row-major order. Other floating-point types are converted to float32.</param>
public sealed record WeightTensor(IReadOnlyList<int> Shape, ReadOnlyMemory<float> Values);
