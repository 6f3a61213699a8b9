using ResNeXt.Core.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Optimizers;

/// <summary>
/// Updates the elements of many tensors, on all cores, a piece that stays in the cache at a time: memory is read and written once, where one tensor
/// operation after the other passes over all of it.
/// </summary>
internal static class ElementwisePass
{
    // Four pieces of so many floats, what AdamW needs, fit the second-level cache of any processor.
    private const int PieceLength = 16384;

    /// <summary>Whether it can reach a tensor's elements.</summary>
    public static bool Reaches(Tensor tensor) => tensor.device_type == DeviceType.CPU && tensor.dtype == ScalarType.Float32;

    /// <summary>Runs an update. Under no_grad.</summary>
    /// <param name="items">Tensors of one shape each, all float32 on the CPU. The first decides the order in memory; the last may be in another one, and is then read only.</param>
    /// <param name="update">Updates a piece; called from several threads.</param>
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

    /// <summary>The same few elements of every tensor of an item.</summary>
    /// <param name="Number">The item's number.</param>
    /// <param name="Addresses">Where its tensors begin.</param>
    /// <param name="Start">The first element.</param>
    /// <param name="Length">How many.</param>
    internal readonly record struct Piece(int Number, nint[] Addresses, long Start, int Length)
    {
        /// <summary>The elements of a tensor of the item.</summary>
        public unsafe Span<float> this[int tensor] => new((float*)Addresses[tensor] + Start, Length);
    }
}
