using ResNeXt.Core.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Optimizers;

/// <summary>
/// Updates the elements of many tensors on all cores, one cache-sized piece at a time. Memory is read and written once; a sequence of tensor
/// operations would traverse it once for each operation.
/// </summary>
internal static class ElementwisePass
{
    // AdamW works on four pieces of this many floats at once; they fit into the second-level cache of any processor.
    private const int PieceLength = 16384;

    /// <summary>Whether a tensor's elements can be updated in memory: float32 on the CPU.</summary>
    public static bool Reaches(Tensor tensor) => tensor.device_type == DeviceType.CPU && tensor.dtype == ScalarType.Float32;

    /// <summary>Runs an update; to be called under no_grad.</summary>
    /// <param name="items">
    /// Groups of tensors of the same shape, all float32 on the CPU. The first of a group determines the order in memory; the last may be in another
    /// order, and changes to it are then lost.
    /// </param>
    /// <param name="update">The update of one piece; called from several threads.</param>
    public static void Run(IEnumerable<Tensor[]> items, Action<Piece> update)
    {
        using DisposeScope scope = NewDisposeScope();
        var pieces = new List<Piece>();
        foreach ((int index, Tensor[] item) in items.Index())
        {
            nint[] addresses = Addresses(item);
            long length = item[0].numel();
            for (long start = 0; start < length; start += PieceLength)
                pieces.Add(new(index, addresses, start, (int)Math.Min(PieceLength, length - start)));
        }
        KernelThreads.Run(pieces.Count, number => update(pieces[number]));
    }

    private static nint[] Addresses(Tensor[] item)
    {
        bool channelsLast = !item[0].is_contiguous();
        Tensor[] ordered = [.. item.Select(tensor => channelsLast ? tensor.permute(0, 2, 3, 1) : tensor.alias())];
        ordered[^1] = ordered[^1].contiguous();
        return [.. ordered.Select(TensorMemory.Address)];
    }

    /// <summary>The same range of elements of every tensor of a group.</summary>
    /// <param name="Number">The number of the group.</param>
    /// <param name="Addresses">The addresses of its tensors.</param>
    /// <param name="Start">The index of the first element.</param>
    /// <param name="Length">The number of elements.</param>
    internal readonly record struct Piece(int Number, nint[] Addresses, long Start, int Length)
    {
        /// <summary>The elements of one tensor of the group.</summary>
        public unsafe Span<float> this[int tensor] => new((float*)Addresses[tensor] + Start, Length);
    }
}
