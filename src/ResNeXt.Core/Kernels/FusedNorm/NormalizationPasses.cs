using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ResNeXt.Core.Kernels.Simd;

namespace ResNeXt.Core.Kernels.FusedNorm;

/// <summary>
/// The passes over memory that <see cref="FusedBatchNormRelu"/> consists of. Each works on some rows of a <see cref="ChannelMatrix"/>; x is the input
/// and y the output. Two passes per direction are the minimum: the statistics of the whole batch are needed before the first element can be computed.
/// </summary>
/// <typeparam name="T">The element type.</typeparam>
internal static unsafe class NormalizationPasses<T> where T : struct, ILanes
{
    // How many rows are summed in registers before the sums are stored.
    private const int RowsAtOnce = 4;

    // The bit of each lane in the 16 bits of a vector.
    private static readonly Vector512<uint> LaneBits = Vector512.Create(1u, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);

    private static int Step => ILanes.PairCount * T.Size;

    /// <summary>Forward, first pass: sums x - shift and its squares, for <see cref="BatchStatistics"/>.</summary>
    public static void SumMoments(byte* x, int rows, float[] shifts, PartialSums sums)
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
                    Vector512<float> first1 = At(firsts + j), first2 = At(firsts + j + ILanes.Count);
                    Vector512<float> second1 = At(seconds + j), second2 = At(seconds + j + ILanes.Count);
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

    /// <summary>Forward, second pass: y = max(0, x scale + offset + shortcut), and the mask of the elements above zero.</summary>
    /// <param name="x">The first row of the input.</param>
    /// <param name="shortcut">The first row of the shortcut, or null.</param>
    /// <param name="y">The first row of the output.</param>
    /// <param name="mask">The first row of the <see cref="ReluMask"/> to write.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="coefficients">The coefficients of the normalization.</param>
    /// <param name="nonTemporal">Whether to bypass the caches when storing.</param>
    public static void Forward(byte* x, byte* shortcut, byte* y, uint* mask, int rows, BatchNormCoefficients coefficients, bool nonTemporal)
    {
        if (shortcut is null)
            Forward(x, null, y, mask, rows, coefficients, nonTemporal, hasShortcut: false);
        else
            Forward(x, shortcut, y, mask, rows, coefficients, nonTemporal, hasShortcut: true);
    }

    // Inlined twice: with hasShortcut constant, the loops contain no branch.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Forward(
        byte* x, byte* shortcut, byte* y, uint* mask, int rows, BatchNormCoefficients coefficients, bool nonTemporal, bool hasShortcut)
    {
        int width = coefficients.Scale.Length;
        fixed (float* scale = coefficients.Scale, offset = coefficients.Offset)
        {
            for (int row = 0; row < rows; row++)
            {
                for (int j = 0; j < width; j += ILanes.PairCount, x += Step, y += Step, mask++)
                {
                    (Vector512<float> y1, Vector512<float> y2) = T.LoadPair(x);
                    y1 = Normalize(y1, scale + j, offset + j);
                    y2 = Normalize(y2, scale + j + ILanes.Count, offset + j + ILanes.Count);
                    if (hasShortcut)
                    {
                        (Vector512<float> shortcut1, Vector512<float> shortcut2) = T.LoadPair(shortcut);
                        y1 += shortcut1;
                        y2 += shortcut2;
                        shortcut += Step;
                    }
                    *mask = MaskOf(y1) | MaskOf(y2) << ILanes.Count;
                    T.StorePair(y, Relu(y1), Relu(y2), nonTemporal);
                }
            }
        }
        if (nonTemporal)
            ILanes.FenceStores();
    }

    /// <summary>Backward, first pass: sums the gradients that pass the ReLU, and their products with x - mean.</summary>
    public static void SumGradients(byte* x, uint* mask, byte* gradient, int rows, BatchNormCoefficients coefficients, PartialSums sums)
    {
        int width = coefficients.Scale.Length;
        fixed (float* mean = coefficients.Mean, firsts = sums.First.AsSpan(), seconds = sums.Second.AsSpan())
        {
            for (int row = 0; row < rows; row++)
            {
                for (int j = 0; j < width; j += ILanes.PairCount, x += Step, gradient += Step, mask++)
                {
                    int k = j + ILanes.Count;
                    (Vector512<float> x1, Vector512<float> x2) = T.LoadPair(x);
                    (Vector512<float> gradient1, Vector512<float> gradient2) = T.LoadPair(gradient);
                    Add(x1, Masked(gradient1, *mask), mean + j, firsts + j, seconds + j);
                    Add(x2, Masked(gradient2, *mask >> ILanes.Count), mean + k, firsts + k, seconds + k);
                }
            }
        }
    }

    /// <summary>Backward, second pass: the gradients of x and of the shortcut.</summary>
    /// <param name="x">The first row of the input.</param>
    /// <param name="mask">The first row of the <see cref="ReluMask"/>.</param>
    /// <param name="gradient">The first row of the output gradient.</param>
    /// <param name="inputGradient">The first row of the input gradient to write.</param>
    /// <param name="shortcutGradient">The first row of the shortcut gradient to write, or null.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="coefficients">The coefficients of the normalization.</param>
    /// <param name="gradients">The coefficients of its gradient.</param>
    /// <param name="nonTemporal">Whether to bypass the caches when storing.</param>
    public static void Backward(
        byte* x, uint* mask, byte* gradient, byte* inputGradient, byte* shortcutGradient, int rows,
        BatchNormCoefficients coefficients, BatchNormGradients gradients, bool nonTemporal)
    {
        if (shortcutGradient is null)
            Backward(x, mask, gradient, inputGradient, null, rows, coefficients, gradients, nonTemporal, hasShortcut: false);
        else
            Backward(x, mask, gradient, inputGradient, shortcutGradient, rows, coefficients, gradients, nonTemporal, hasShortcut: true);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Backward(
        byte* x, uint* mask, byte* gradient, byte* inputGradient, byte* shortcutGradient, int rows,
        BatchNormCoefficients coefficients, BatchNormGradients gradients, bool nonTemporal, bool hasShortcut)
    {
        int width = coefficients.Scale.Length;
        fixed (float* scale = coefficients.Scale, slope = gradients.Slope, level = gradients.Level)
        {
            for (int row = 0; row < rows; row++)
            {
                for (int j = 0; j < width; j += ILanes.PairCount, x += Step, gradient += Step, inputGradient += Step, mask++)
                {
                    int k = j + ILanes.Count;
                    (Vector512<float> x1, Vector512<float> x2) = T.LoadPair(x);
                    (Vector512<float> gradient1, Vector512<float> gradient2) = T.LoadPair(gradient);
                    gradient1 = Masked(gradient1, *mask);
                    gradient2 = Masked(gradient2, *mask >> ILanes.Count);
                    if (hasShortcut)
                    {
                        T.StorePair(shortcutGradient, gradient1, gradient2, nonTemporal);
                        shortcutGradient += Step;
                    }
                    T.StorePair(
                        inputGradient, InputGradient(gradient1, scale + j, x1, slope + j, level + j),
                        InputGradient(gradient2, scale + k, x2, slope + k, level + k), nonTemporal);
                }
            }
        }
        if (nonTemporal)
            ILanes.FenceStores();
    }

    // NaN propagates, as in libtorch's ReLU. Vector512.Max does the same in six instructions.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Relu(Vector512<float> y) =>
        Vector512.ConditionalSelect(Vector512.LessThan(y, Vector512<float>.Zero), Vector512<float>.Zero, y);

    /// <summary>Batch normalization: x scale + offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Normalize(Vector512<float> x, float* scale, float* offset) =>
        Vector512.FusedMultiplyAdd(x, At(scale), At(offset));

    /// <summary>The gradient of x: gradient scale + x slope + level (see <see cref="BatchNormGradients"/>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> InputGradient(Vector512<float> gradient, float* scale, Vector512<float> x, float* slope, float* level) =>
        Vector512.FusedMultiplyAdd(gradient, At(scale), Normalize(x, slope, level));

    /// <summary>Adds a gradient, and its product with x - mean, to sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(Vector512<float> x, Vector512<float> gradient, float* mean, float* firsts, float* seconds)
    {
        (At(firsts) + gradient).Store(firsts);
        Vector512.FusedMultiplyAdd(gradient, x - At(mean), At(seconds)).Store(seconds);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint MaskOf(Vector512<float> y) => (uint)Vector512.GreaterThan(y, Vector512<float>.Zero).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Masked(Vector512<float> gradient, uint mask) => Vector512.ConditionalSelect(
        Vector512.Equals(Vector512.Create(mask) & LaneBits, LaneBits), gradient.AsUInt32(), Vector512<uint>.Zero).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> At(float* values) => Vector512.Load(values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* values, Vector512<float> first, Vector512<float> second)
    {
        first.Store(values);
        second.Store(values + ILanes.Count);
    }
}
