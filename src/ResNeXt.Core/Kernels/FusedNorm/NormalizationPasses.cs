using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ResNeXt.Core.Kernels.Simd;

namespace ResNeXt.Core.Kernels.FusedNorm;

/// <summary>
/// What batch normalisation, an addition and a ReLU do to some rows of a <see cref="ChannelMatrix"/>, and their gradient. x is the input and y the output.
/// </summary>
/// <typeparam name="T">The type of its numbers.</typeparam>
internal static unsafe class NormalizationPasses<T> where T : struct, ILanes
{
    // Rows whose sums are added up in registers.
    private const int RowsAtOnce = 4;

    // Which of sixteen bits belongs to a lane.
    private static readonly Vector512<uint> LaneBits = Vector512.Create(1u, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);

    private static int Step => ILanes.PairCount * T.Size;

    /// <summary>Adds up the differences of x from a shift, and their squares.</summary>
    public static void AddMoments(byte* x, int rows, float[] shifts, RowSums sums)
    {
        int width = shifts.Length, rowBytes = width * T.Size;
        fixed (float* shift = shifts, firsts = sums.First.AsSpan(), seconds = sums.Second.AsSpan())
        {
            for (int row = 0; row < rows; row += RowsAtOnce)
            {
                byte* pair = x + (long)row * rowBytes;
                int count = Math.Min(RowsAtOnce, rows - row);
                for (int j = 0; j < width; j += ILanes.PairCount, pair += Step)
                {
                    Vector512<float> shift1 = At(shift + j), shift2 = At(shift + j + ILanes.Count);
                    Vector512<float> first1 = At(firsts + j), first2 = At(firsts + j + ILanes.Count), second1 = At(seconds + j), second2 = At(seconds + j + ILanes.Count);
                    byte* at = pair;
                    for (int i = 0; i < count; i++, at += rowBytes)
                    {
                        (Vector512<float> x1, Vector512<float> x2) = T.LoadPair(at);
                        x1 -= shift1;
                        x2 -= shift2;
                        first1 += x1;
                        first2 += x2;
                        second1 = Vector512.FusedMultiplyAdd(x1, x1, second1);
                        second2 = Vector512.FusedMultiplyAdd(x2, x2, second2);
                    }
                    Put(firsts + j, first1, first2);
                    Put(seconds + j, second1, second2);
                }
            }
        }
    }

    /// <summary>y = max(0, x scale + offset + shortcut), where the shortcut may be null, and a bit for each number, whether it is above zero.</summary>
    public static void Apply(byte* x, byte* shortcut, byte* y, uint* above, int rows, Normalizer by, bool past)
    {
        if (shortcut is null)
            Apply(x, null, y, above, rows, by, past, hasShortcut: false);
        else
            Apply(x, shortcut, y, above, rows, by, past, hasShortcut: true);
    }

    // Compiled once with a shortcut and once without.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Apply(byte* x, byte* shortcut, byte* y, uint* above, int rows, Normalizer by, bool past, bool hasShortcut)
    {
        int width = by.Scale.Length;
        fixed (float* scale = by.Scale, offset = by.Offset)
        {
            for (int row = 0; row < rows; row++)
            {
                for (int j = 0; j < width; j += ILanes.PairCount, x += Step, y += Step, above++)
                {
                    (Vector512<float> y1, Vector512<float> y2) = T.LoadPair(x);
                    y1 = Normalized(y1, scale + j, offset + j);
                    y2 = Normalized(y2, scale + j + ILanes.Count, offset + j + ILanes.Count);
                    if (hasShortcut)
                    {
                        (Vector512<float> shortcut1, Vector512<float> shortcut2) = T.LoadPair(shortcut);
                        y1 += shortcut1;
                        y2 += shortcut2;
                        shortcut += Step;
                    }
                    *above = IsAbove(y1) | IsAbove(y2) << ILanes.Count;
                    T.StorePair(y, Relu(y1), Relu(y2), past);
                }
            }
        }
        if (past)
            ILanes.EndStores();
    }

    /// <summary>Adds up the gradients of y that pass the ReLU, and their products with the differences of x from the mean.</summary>
    public static void AddGradients(byte* x, uint* above, byte* gradient, int rows, Normalizer by, RowSums sums)
    {
        int width = by.Scale.Length;
        fixed (float* mean = by.Mean, firsts = sums.First.AsSpan(), seconds = sums.Second.AsSpan())
        {
            for (int row = 0; row < rows; row++)
            {
                for (int j = 0; j < width; j += ILanes.PairCount, x += Step, gradient += Step, above++)
                {
                    int k = j + ILanes.Count;
                    (Vector512<float> x1, Vector512<float> x2) = T.LoadPair(x);
                    (Vector512<float> passing1, Vector512<float> passing2) = T.LoadPair(gradient);
                    Add(x1, Passing(passing1, *above), mean + j, firsts + j, seconds + j);
                    Add(x2, Passing(passing2, *above >> ILanes.Count), mean + k, firsts + k, seconds + k);
                }
            }
        }
    }

    /// <summary>The gradients of x and of the shortcut, which is null where there is none.</summary>
    public static void Differentiate(
        byte* x, uint* above, byte* gradient, byte* inputGradient, byte* shortcutGradient, int rows, Normalizer by, NormalizerGradient through, bool past)
    {
        if (shortcutGradient is null)
            Differentiate(x, above, gradient, inputGradient, null, rows, by, through, past, hasShortcut: false);
        else
            Differentiate(x, above, gradient, inputGradient, shortcutGradient, rows, by, through, past, hasShortcut: true);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Differentiate(
        byte* x, uint* above, byte* gradient, byte* inputGradient, byte* shortcutGradient, int rows, Normalizer by, NormalizerGradient through, bool past, bool hasShortcut)
    {
        int width = by.Scale.Length;
        fixed (float* scale = by.Scale, slope = through.Slope, level = through.Level)
        {
            for (int row = 0; row < rows; row++)
            {
                for (int j = 0; j < width; j += ILanes.PairCount, x += Step, gradient += Step, inputGradient += Step, above++)
                {
                    int k = j + ILanes.Count;
                    (Vector512<float> x1, Vector512<float> x2) = T.LoadPair(x);
                    (Vector512<float> passing1, Vector512<float> passing2) = T.LoadPair(gradient);
                    passing1 = Passing(passing1, *above);
                    passing2 = Passing(passing2, *above >> ILanes.Count);
                    if (hasShortcut)
                    {
                        T.StorePair(shortcutGradient, passing1, passing2, past);
                        shortcutGradient += Step;
                    }
                    T.StorePair(inputGradient, Normalized(passing1, scale + j, x1, slope + j, level + j), Normalized(passing2, scale + k, x2, slope + k, level + k), past);
                }
            }
        }
        if (past)
            ILanes.EndStores();
    }

    // What is not a number stays so. Vector512.Max takes six instructions for that.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Relu(Vector512<float> y) => Vector512.ConditionalSelect(Vector512.LessThan(y, Vector512<float>.Zero), Vector512<float>.Zero, y);

    /// <summary>x scale + offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Normalized(Vector512<float> x, float* scale, float* offset) => Vector512.FusedMultiplyAdd(x, At(scale), At(offset));

    /// <summary>The gradient of x: of what passed, and through the mean and the deviation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Normalized(Vector512<float> passing, float* scale, Vector512<float> x, float* slope, float* level) =>
        Vector512.FusedMultiplyAdd(passing, At(scale), Normalized(x, slope, level));

    /// <summary>Adds a gradient that passed, and its product with the difference of x from the mean.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(Vector512<float> x, Vector512<float> passing, float* mean, float* firsts, float* seconds)
    {
        (At(firsts) + passing).Store(firsts);
        Vector512.FusedMultiplyAdd(passing, x - At(mean), At(seconds)).Store(seconds);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint IsAbove(Vector512<float> y) => (uint)Vector512.GreaterThan(y, Vector512<float>.Zero).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Passing(Vector512<float> gradient, uint above) =>
        Vector512.ConditionalSelect(Vector512.Equals(Vector512.Create(above) & LaneBits, LaneBits), gradient.AsUInt32(), Vector512<uint>.Zero).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> At(float* values) => Vector512.Load(values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* values, Vector512<float> first, Vector512<float> second)
    {
        first.Store(values);
        second.Store(values + ILanes.Count);
    }
}
