using ResNeXt.Core.Kernels.Simd;
using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels.FusedNorm;

/// <summary>A bit for each number of a <see cref="ChannelMatrix"/>: thirty-two for a pair of vectors, in the order of their lanes. The tensor stays the caller's.</summary>
/// <param name="matrix">The matrix.</param>
/// <param name="bits">A contiguous tensor of integers of 32 bits, as many as there are pairs.</param>
internal sealed unsafe class ReluMask(ChannelMatrix matrix, Tensor bits)
{
    private readonly uint* _start = (uint*)TensorMemory.Address(bits);
    private readonly long _pairsOfRow = matrix.Width / ILanes.PairCount;

    /// <summary>Where those of a row begin.</summary>
    public uint* this[int row] => _start + row * _pairsOfRow;
}
