using ResNeXt.Core.Kernels.Simd;
using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels.FusedNorm;

/// <summary>
/// Which elements of a <see cref="ChannelMatrix"/> a ReLU passed, at one bit each: 32 bits for a pair of vectors, in the order of their lanes. The
/// backward pass needs nothing else of the ReLU's output. The tensor remains the caller's.
/// </summary>
/// <param name="matrix">The matrix.</param>
/// <param name="bits">A contiguous int32 tensor with one element per pair of vectors.</param>
internal sealed unsafe class ReluMask(ChannelMatrix matrix, Tensor bits)
{
    private readonly uint* _start = (uint*)TensorMemory.Address(bits);
    private readonly long _pairsOfRow = matrix.Width / ILanes.PairCount;

    /// <summary>The address of a row's bits.</summary>
    public uint* this[int row] => _start + row * _pairsOfRow;
}
