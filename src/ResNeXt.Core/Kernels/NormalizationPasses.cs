using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ResNeXt.Core.Kernels;

/// <summary>
/// What batch normalisation, an addition and a ReLU do to some rows of a <see cref="ChannelMatrix"/>, and their gradient. x is the input and y the output.
/// </summary>
/// <typeparam name="T">The type of its numbers.</typeparam>
internal static unsafe class NormalizationPasses<T> where T : struct, ILanes
{
    /// <summary>Adds up the differences of x from a shift, and their squares.</summary>
    public static void AddMoments(byte* x, int rows, ReadOnlySpan<float> shift, RowSums sums)
    {
        for (int row = 0; row < rows; row++)
        {
            for (int j = 0; j < shift.Length; j += ILanes.Count, x += Step)
            {
                Vector512<float> difference = T.Load(x) - At(shift, j);
                Put(At(sums.First, j) + difference, sums.First, j);
                Put(Vector512.FusedMultiplyAdd(difference, difference, At(sums.Second, j)), sums.Second, j);
            }
        }
    }

    /// <summary>y = max(0, x scale + offset + shortcut). The shortcut may be null.</summary>
    public static void Apply(byte* x, byte* shortcut, byte* y, int rows, Normalizer by)
    {
        ReadOnlySpan<float> scale = by.Scale, offset = by.Offset;
        for (int row = 0; row < rows; row++)
        {
            for (int j = 0; j < scale.Length; j += ILanes.Count, x += Step, y += Step)
            {
                Vector512<float> value = Vector512.FusedMultiplyAdd(T.Load(x), At(scale, j), At(offset, j));
                if (shortcut != null)
                {
                    value += T.Load(shortcut);
                    shortcut += Step;
                }
                T.Store(y, Vector512.Max(value, Vector512<float>.Zero));
            }
        }
    }

    /// <summary>
    /// Adds up the gradients of y that pass the ReLU, and their products with the differences of x from the mean. Where there is a shortcut, what passes is written:
    /// it is the shortcut's gradient.
    /// </summary>
    public static void AddGradients(byte* x, byte* shortcut, byte* gradient, byte* passed, int rows, Normalizer by, RowSums sums)
    {
        ReadOnlySpan<float> scale = by.Scale, offset = by.Offset, mean = by.Mean;
        for (int row = 0; row < rows; row++)
        {
            for (int j = 0; j < scale.Length; j += ILanes.Count, x += Step, gradient += Step)
            {
                Vector512<float> input = T.Load(x), output = Vector512.FusedMultiplyAdd(input, At(scale, j), At(offset, j));
                Vector512<float> passing = T.Load(gradient);
                if (shortcut == null)
                {
                    passing = Passing(passing, output);
                }
                else
                {
                    passing = Passing(passing, output + T.Load(shortcut));
                    T.Store(passed, passing);
                    shortcut += Step;
                    passed += Step;
                }
                Put(At(sums.First, j) + passing, sums.First, j);
                Put(Vector512.FusedMultiplyAdd(passing, input - At(mean, j), At(sums.Second, j)), sums.Second, j);
            }
        }
    }

    /// <summary>The gradient of x. The gradient of y is what passed the ReLU already, or the ReLU is still before it.</summary>
    public static void Differentiate(byte* x, byte* gradient, bool hasPassed, byte* inputGradient, int rows, Normalizer by, NormalizerGradient through)
    {
        ReadOnlySpan<float> scale = by.Scale, offset = by.Offset, slope = through.Slope, level = through.Level;
        for (int row = 0; row < rows; row++)
        {
            for (int j = 0; j < scale.Length; j += ILanes.Count, x += Step, gradient += Step, inputGradient += Step)
            {
                Vector512<float> input = T.Load(x), passing = T.Load(gradient);
                if (!hasPassed)
                    passing = Passing(passing, Vector512.FusedMultiplyAdd(input, At(scale, j), At(offset, j)));
                T.Store(inputGradient, Vector512.FusedMultiplyAdd(passing, At(scale, j), Vector512.FusedMultiplyAdd(input, At(slope, j), At(level, j))));
            }
        }
    }

    private static int Step => ILanes.Count * T.Size;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Passing(Vector512<float> gradient, Vector512<float> value) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(value, Vector512<float>.Zero), gradient, Vector512<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> At(ReadOnlySpan<float> values, int index) => Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(values), (nuint)index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector512<float> vector, Span<float> values, int index) => vector.StoreUnsafe(ref MemoryMarshal.GetReference(values), (nuint)index);
}
