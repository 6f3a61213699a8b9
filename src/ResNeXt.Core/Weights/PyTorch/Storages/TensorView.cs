using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Weights.PyTorch.Storages;

/// <summary>A tensor as a pickle describes it: a view of a storage with a shape and strides.</summary>
/// <param name="Slice">The elements of the storage.</param>
/// <param name="Offset">The index of the first element within the slice.</param>
/// <param name="Shape">The dimensions.</param>
/// <param name="Strides">The number of elements from one index to the next, for each dimension.</param>
internal sealed record TensorView(StorageSlice Slice, long Offset, long[] Shape, long[] Strides)
{
    /// <summary>The number of elements. Valid only if <see cref="FindMistake"/> returns null.</summary>
    public int Length => TensorShape.TryLength(Shape, out int length) ? length : throw new InvalidOperationException("An unchecked view was used.");

    /// <summary>The index of the first element within the storage.</summary>
    public long Start => Slice.Offset + Offset;

    /// <summary>The index after the last element within the storage. Valid only if the view is not empty.</summary>
    public long End => Start + Shape.Zip(Strides, (dimension, stride) => (dimension - 1) * stride).Sum() + 1;

    /// <summary>Whether the elements are contiguous, in row-major order.</summary>
    public bool IsContiguous
    {
        get
        {
            long expected = 1;
            for (int i = Shape.Length - 1; i >= 0; i--)
            {
                if (Shape[i] != 1 && Strides[i] != expected)
                    return false;
                expected *= Shape[i];
            }
            return true;
        }
    }

    /// <summary>Describes why the view does not fit its storage, in words that continue "its shape ..."; null if it fits.</summary>
    public string? FindMistake()
    {
        if (Shape.Length != Strides.Length || Strides.Any(stride => stride < 0) || Offset < 0)
            return $"has no matching offset and strides ({Offset}, {TensorShape.Text(Strides)})";
        if (!TensorShape.TryLength(Shape, out int length))
            return $"has more elements than one tensor may have ({Array.MaxLength})";
        Int128 last = Offset;
        for (int i = 0; i < Shape.Length; i++)
            last += (Int128)(Shape[i] - 1) * Strides[i];
        return length > 0 && last >= Slice.Count ? $"reaches beyond its storage of {Slice.Count} elements" : null;
    }

    /// <summary>Copies the elements in row-major order.</summary>
    /// <param name="storage">A range of elements of the storage.</param>
    /// <param name="start">The index in the storage of the first element of <paramref name="storage"/>.</param>
    public float[] Copy(ReadOnlySpan<float> storage, long start)
    {
        float[] values = GC.AllocateUninitializedArray<float>(Length);
        long[] index = new long[Shape.Length];
        long position = Start - start;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = storage[(int)position];
            for (int axis = Shape.Length - 1; axis >= 0; axis--)
            {
                position += Strides[axis];
                if (++index[axis] < Shape[axis])
                    break;
                position -= Strides[axis] * Shape[axis];
                index[axis] = 0;
            }
        }
        return values;
    }
}
