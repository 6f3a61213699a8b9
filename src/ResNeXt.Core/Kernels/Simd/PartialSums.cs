namespace ResNeXt.Core.Kernels.Simd;

/// <summary>Two running sums for each element of a row of a <see cref="ChannelMatrix"/>.</summary>
/// <param name="First">The sums of one quantity.</param>
/// <param name="Second">The sums of another quantity.</param>
internal readonly record struct PartialSums(ArraySegment<float> First, ArraySegment<float> Second);
