using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Weights.Safetensors;

/// <summary>A tensor as the header of a safetensors file describes it.</summary>
/// <param name="Name">The name of the tensor.</param>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The dimensions, each at least 0.</param>
/// <param name="Begin">The offset of the first byte, from the end of the header.</param>
/// <param name="End">The offset after the last byte.</param>
internal sealed record SafetensorsEntry(string Name, ElementType Type, IReadOnlyList<long> Shape, long Begin, long End);
