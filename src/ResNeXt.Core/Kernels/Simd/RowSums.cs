namespace ResNeXt.Core.Kernels.Simd;

/// <summary>Two sums for each number of a row of a <see cref="ChannelMatrix"/>.</summary>
/// <param name="First">Of one quantity.</param>
/// <param name="Second">Of another.</param>
internal readonly record struct RowSums(ArraySegment<float> First, ArraySegment<float> Second);
