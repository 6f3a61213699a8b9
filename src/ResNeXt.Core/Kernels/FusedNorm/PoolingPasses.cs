using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ResNeXt.Core.Kernels.Im2Col;
using ResNeXt.Core.Kernels.Simd;

namespace ResNeXt.Core.Kernels.FusedNorm;

/// <summary>
/// The passes over memory that <see cref="FusedBatchNormReluMaxPool"/> consists of, over feature maps in channels-last format. x is the input and y
/// the output. For each element of y, the index within its window of the pixel with the maximum is kept as a byte, in the order of the lanes; it
/// tells the backward pass which pixel the gradient belongs to.
/// </summary>
/// <typeparam name="T">The element type.</typeparam>
internal static unsafe class PoolingPasses<T> where T : struct, ILanes
{
    // The index for a window without an element above zero: its maximum is the ReLU's 0, which has no gradient.
    private const int NoIndex = byte.MaxValue;

    /// <summary>Forward: y = the maximum of max(0, x scale + offset) over each window.</summary>
    /// <param name="x">The input.</param>
    /// <param name="y">The output to write.</param>
    /// <param name="indices">The indices of the maxima to write.</param>
    /// <param name="from">The first line of windows, counted through all images.</param>
    /// <param name="to">The line of windows after the last one.</param>
    /// <param name="layout">The feature maps and their windows.</param>
    /// <param name="coefficients">The coefficients of the normalization.</param>
    public static void Forward(byte* x, byte* y, byte* indices, int from, int to, PoolingLayout layout, BatchNormCoefficients coefficients)
    {
        (int _, int channels, int height, int width) = layout.Shape;
        NchwShape pooled = layout.Pooled;
        WindowGeometry windows = layout.Windows;
        int pixelBytes = channels * T.Size;
        y += (long)from * pooled.Width * pixelBytes;
        indices += (long)from * pooled.Width * channels;
        fixed (float* scale = coefficients.Scale, offset = coefficients.Offset)
        {
            for (int line = from; line < to; line++)
            {
                (int image, int down) = Math.DivRem(line, pooled.Height);
                (int top, int bottom) = windows.Inside(down, height);
                byte* lines = x + ((long)image * height + down * windows.Stride - windows.Padding) * width * pixelBytes;
                for (int across = 0; across < pooled.Width; across++)
                {
                    (int left, int right) = windows.Inside(across, width);
                    byte* window = lines + (across * windows.Stride - windows.Padding) * pixelBytes;
                    for (int channel = 0; channel < channels;
                        channel += ILanes.PairCount, y += ILanes.PairCount * T.Size, indices += ILanes.PairCount)
                    {
                        int next = channel + ILanes.Count;
                        Vector512<float> scale1 = Vector512.Load(scale + channel), scale2 = Vector512.Load(scale + next);
                        Vector512<float> offset1 = Vector512.Load(offset + channel), offset2 = Vector512.Load(offset + next);
                        Vector512<float> largest1 = Vector512<float>.Zero, largest2 = Vector512<float>.Zero;
                        Vector512<float> index1 = Vector512.Create(NoIndex).AsSingle(), index2 = index1;
                        for (int i = top; i < bottom; i++)
                        {
                            byte* pair = window + ((long)i * width + left) * pixelBytes + channel * T.Size;
                            for (int j = left; j < right; j++, pair += pixelBytes)
                            {
                                (Vector512<float> y1, Vector512<float> y2) = T.LoadPair(pair);
                                Vector512<float> index = Vector512.Create(i * windows.Kernel + j).AsSingle();
                                y1 = Vector512.FusedMultiplyAdd(y1, scale1, offset1);
                                y2 = Vector512.FusedMultiplyAdd(y2, scale2, offset2);
                                // Negated comparison: NaN wins over what came before. It makes the channel's scale NaN, so all that follow are
                                // NaN too.
                                Vector512<float> larger1 = ~Vector512.LessThanOrEqual(y1, largest1);
                                Vector512<float> larger2 = ~Vector512.LessThanOrEqual(y2, largest2);
                                index1 = Vector512.ConditionalSelect(larger1, index, index1);
                                index2 = Vector512.ConditionalSelect(larger2, index, index2);
                                largest1 = Vector512.ConditionalSelect(larger1, y1, largest1);
                                largest2 = Vector512.ConditionalSelect(larger2, y2, largest2);
                            }
                        }
                        T.StorePair(y, largest1, largest2, nonTemporal: false);
                        Vector512<short> both = Vector512.Narrow(index1.AsInt32(), index2.AsInt32());
                        Vector256.Narrow(both.GetLower().AsUInt16(), both.GetUpper().AsUInt16()).Store(indices);
                    }
                }
            }
        }
    }

    /// <summary>Backward, first pass: sums the gradients that reach x through the maxima, and their products with x - mean.</summary>
    /// <param name="x">The first row of the input.</param>
    /// <param name="gradient">The output gradient.</param>
    /// <param name="indices">The indices of the maxima.</param>
    /// <param name="from">The index of the first row.</param>
    /// <param name="to">The index after the last row.</param>
    /// <param name="matrix">The rows of the input.</param>
    /// <param name="layout">The feature maps and their windows.</param>
    /// <param name="coefficients">The coefficients of the normalization.</param>
    /// <param name="sums">The sums to add to.</param>
    public static void SumGradients(
        byte* x, byte* gradient, byte* indices, int from, int to,
        ChannelMatrix matrix, PoolingLayout layout, BatchNormCoefficients coefficients, PartialSums sums)
    {
        int channels = layout.Shape.Channels;
        Source* sources = stackalloc Source[layout.Windows.Kernel * layout.Windows.Kernel];
        fixed (float* mean = coefficients.Mean, firsts = sums.First.AsSpan(), seconds = sums.Second.AsSpan())
        {
            (int image, int line, int column) = layout.Locate(from * matrix.PixelsOfRow);
            for (int row = from; row < to; row++)
            {
                for (int pixel = 0; pixel < matrix.PixelsOfRow; pixel++)
                {
                    int count = Sources(sources, gradient, indices, image, line, column, layout);
                    (image, line, column) = layout.Next(image, line, column);
                    for (int channel = 0; channel < channels; channel += ILanes.PairCount, x += ILanes.PairCount * T.Size)
                    {
                        int j = pixel * channels + channel, k = j + ILanes.Count;
                        (Vector512<float> gradient1, Vector512<float> gradient2) = MaximumGradients(sources, count, channel);
                        (Vector512<float> x1, Vector512<float> x2) = T.LoadPair(x);
                        NormalizationPasses<T>.Add(x1, gradient1, mean + j, firsts + j, seconds + j);
                        NormalizationPasses<T>.Add(x2, gradient2, mean + k, firsts + k, seconds + k);
                    }
                }
            }
        }
    }

    /// <summary>Backward, second pass: the gradient of x.</summary>
    /// <param name="x">The first row of the input.</param>
    /// <param name="gradient">The output gradient.</param>
    /// <param name="indices">The indices of the maxima.</param>
    /// <param name="inputGradient">The first row of the input gradient to write.</param>
    /// <param name="from">The index of the first row.</param>
    /// <param name="to">The index after the last row.</param>
    /// <param name="matrix">The rows of the input.</param>
    /// <param name="layout">The feature maps and their windows.</param>
    /// <param name="coefficients">The coefficients of the normalization.</param>
    /// <param name="gradients">The coefficients of its gradient.</param>
    /// <param name="nonTemporal">Whether to bypass the caches when storing.</param>
    public static void Backward(
        byte* x, byte* gradient, byte* indices, byte* inputGradient, int from, int to,
        ChannelMatrix matrix, PoolingLayout layout, BatchNormCoefficients coefficients, BatchNormGradients gradients, bool nonTemporal)
    {
        int channels = layout.Shape.Channels;
        Source* sources = stackalloc Source[layout.Windows.Kernel * layout.Windows.Kernel];
        fixed (float* scale = coefficients.Scale, slope = gradients.Slope, level = gradients.Level)
        {
            (int image, int line, int column) = layout.Locate(from * matrix.PixelsOfRow);
            for (int pixel = from * matrix.PixelsOfRow; pixel < to * matrix.PixelsOfRow; pixel++)
            {
                int count = Sources(sources, gradient, indices, image, line, column, layout);
                (image, line, column) = layout.Next(image, line, column);
                for (int j = 0; j < channels; j += ILanes.PairCount, x += ILanes.PairCount * T.Size, inputGradient += ILanes.PairCount * T.Size)
                {
                    int k = j + ILanes.Count;
                    (Vector512<float> gradient1, Vector512<float> gradient2) = MaximumGradients(sources, count, j);
                    (Vector512<float> x1, Vector512<float> x2) = T.LoadPair(x);
                    T.StorePair(
                        inputGradient, NormalizationPasses<T>.InputGradient(gradient1, scale + j, x1, slope + j, level + j),
                        NormalizationPasses<T>.InputGradient(gradient2, scale + k, x2, slope + k, level + k), nonTemporal);
                }
            }
        }
        if (nonTemporal)
            ILanes.FenceStores();
    }

    // The windows that contain a pixel, and the index of the pixel in each.
    private static int Sources(Source* sources, byte* gradient, byte* indices, int image, int y, int x, PoolingLayout layout)
    {
        WindowGeometry windows = layout.Windows;
        (int top, int bottom) = layout.Down(y);
        (int left, int right) = layout.Across(x);
        int count = 0;
        for (int down = top; down < bottom; down++)
        {
            int lineInWindow = y + windows.Padding - down * windows.Stride;
            long firstOfLine = ((long)image * layout.Pooled.Height + down) * layout.Pooled.Width;
            for (int across = left; across < right; across++)
            {
                long first = (firstOfLine + across) * layout.Shape.Channels;
                int index = lineInWindow * windows.Kernel + x + windows.Padding - across * windows.Stride;
                sources[count++] = new(gradient + first * T.Size, indices + first, index);
            }
        }
        return count;
    }

    // The sum of the gradients of the windows in which the pixel is the maximum.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float> First, Vector512<float> Second) MaximumGradients(Source* sources, int count, int channel)
    {
        Vector512<float> sum1 = Vector512<float>.Zero, sum2 = Vector512<float>.Zero;
        for (int i = 0; i < count; i++)
        {
            (Vector512<float> gradient1, Vector512<float> gradient2) = T.LoadPair(sources[i].Gradient + channel * T.Size);
            Vector512<int> index = Vector512.Create(sources[i].Index);
            sum1 += Where(sources[i].Indices + channel, index, gradient1);
            sum2 += Where(sources[i].Indices + channel + ILanes.Count, index, gradient2);
        }
        return (sum1, sum2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Where(byte* indices, Vector512<int> index, Vector512<float> gradient)
    {
        Vector256<ushort> wide = Vector256.WidenLower(Vector128.Load(indices).ToVector256Unsafe());
        Vector512<int> all = Vector512.WidenLower(wide.ToVector512Unsafe()).AsInt32();
        return Vector512.ConditionalSelect(Vector512.Equals(all, index), gradient.AsInt32(), Vector512<int>.Zero).AsSingle();
    }

    private readonly struct Source(byte* gradient, byte* indices, int index)
    {
        public readonly byte* Gradient = gradient;
        public readonly byte* Indices = indices;
        public readonly int Index = index;
    }
}
