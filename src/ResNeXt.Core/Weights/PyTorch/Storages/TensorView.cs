using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Weights.PyTorch.Storages;

/// <summary>A tensor as a pickle describes it: dimensions and strides over a storage.</summary>
/// <param name="Slice">The elements it is cut from.</param>
/// <param name="Offset">Its first element within the slice.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Strides">Elements to step per dimension; as many as dimensions.</param>
internal sealed record TensorView(StorageSlice Slice, long Offset, long[] Shape, long[] Strides)
{
    /// <summary>Number of elements; valid once <see cref="FindMistake"/> has found none.</summary>
    public int Length => TensorShape.TryLength(Shape, out int length) ? length : throw new InvalidOperationException("An unchecked view was used.");

    /// <summary>Its first element within the storage.</summary>
    public long Start => Slice.Offset + Offset;

    /// <summary>The element of the storage after the view's last one; only for views that are not empty.</summary>
    public long End => Start + Shape.Zip(Strides, (dimension, stride) => (dimension - 1) * stride).Sum() + 1;

    /// <summary>Whether its elements lie row by row without gaps.</summary>
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

    /// <summary>Why it cannot be cut from its storage, in words that continue "its shape ...", or null.</summary>
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

    /// <summary>Gathers its elements row by row.</summary>
    /// <param name="storage">Elements of the storage.</param>
    /// <param name="start">The element of the storage with which <paramref name="storage"/> begins.</param>
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
