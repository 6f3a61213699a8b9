using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ResNeXt.Core.Kernels.Im2Col;
using ResNeXt.Core.Kernels.Simd;

namespace ResNeXt.Core.Kernels.FusedNorm;

/// <summary>
/// What batch normalisation, a ReLU and max pooling do to maps in channels-last order, and their gradient. x is the input and y the output. Which pixel of its window a number of
/// y is, is kept as a byte, in the order of the lanes.
/// </summary>
/// <typeparam name="T">The type of the numbers.</typeparam>
internal static unsafe class PoolingPasses<T> where T : struct, ILanes
{
    // Of a window in which nothing is above zero.
    private const int NoPlace = byte.MaxValue;

    /// <summary>y = the largest max(0, x scale + offset) of each window.</summary>
    /// <param name="x">The first of all maps.</param>
    /// <param name="y">The first number of all results.</param>
    /// <param name="places">The first of all places.</param>
    /// <param name="from">The first line of windows, counted through all images.</param>
    /// <param name="to">The one behind the last.</param>
    /// <param name="maps">The maps and their windows.</param>
    /// <param name="by">The normalisation.</param>
    public static void Apply(byte* x, byte* y, byte* places, int from, int to, PooledMaps maps, Normalizer by)
    {
        (int _, int channels, int height, int width) = maps.Shape;
        MapShape pooled = maps.Pooled;
        WindowGeometry windows = maps.Windows;
        int pixelBytes = channels * T.Size;
        y += (long)from * pooled.Width * pixelBytes;
        places += (long)from * pooled.Width * channels;
        fixed (float* scale = by.Scale, offset = by.Offset)
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
                    for (int channel = 0; channel < channels; channel += ILanes.PairCount, y += ILanes.PairCount * T.Size, places += ILanes.PairCount)
                    {
                        int next = channel + ILanes.Count;
                        Vector512<float> scale1 = Vector512.Load(scale + channel), scale2 = Vector512.Load(scale + next);
                        Vector512<float> offset1 = Vector512.Load(offset + channel), offset2 = Vector512.Load(offset + next);
                        Vector512<float> largest1 = Vector512<float>.Zero, largest2 = Vector512<float>.Zero;
                        Vector512<float> place1 = Vector512.Create(NoPlace).AsSingle(), place2 = place1;
                        for (int i = top; i < bottom; i++)
                        {
                            byte* pair = window + ((long)i * width + left) * pixelBytes + channel * T.Size;
                            for (int j = left; j < right; j++, pair += pixelBytes)
                            {
                                (Vector512<float> y1, Vector512<float> y2) = T.LoadPair(pair);
                                Vector512<float> place = Vector512.Create(i * windows.Kernel + j).AsSingle();
                                y1 = Vector512.FusedMultiplyAdd(y1, scale1, offset1);
                                y2 = Vector512.FusedMultiplyAdd(y2, scale2, offset2);
                                // So written, what is not a number is larger than all.
                                Vector512<float> larger1 = ~Vector512.LessThanOrEqual(y1, largest1), larger2 = ~Vector512.LessThanOrEqual(y2, largest2);
                                place1 = Vector512.ConditionalSelect(larger1, place, place1);
                                place2 = Vector512.ConditionalSelect(larger2, place, place2);
                                largest1 = Vector512.ConditionalSelect(larger1, y1, largest1);
                                largest2 = Vector512.ConditionalSelect(larger2, y2, largest2);
                            }
                        }
                        T.StorePair(y, largest1, largest2, past: false);
                        Vector512<short> both = Vector512.Narrow(place1.AsInt32(), place2.AsInt32());
                        Vector256.Narrow(both.GetLower().AsUInt16(), both.GetUpper().AsUInt16()).Store(places);
                    }
                }
            }
        }
    }

    /// <summary>Adds up the gradients of y that reach x, and their products with the differences of x from the mean.</summary>
    /// <param name="x">The first row.</param>
    /// <param name="gradient">The first gradient of all results.</param>
    /// <param name="places">The first of all places.</param>
    /// <param name="from">The first row's number.</param>
    /// <param name="to">That behind the last.</param>
    /// <param name="matrix">The rows.</param>
    /// <param name="maps">The maps and their windows.</param>
    /// <param name="by">The normalisation.</param>
    /// <param name="sums">What is added to.</param>
    public static void AddGradients(byte* x, byte* gradient, byte* places, int from, int to, ChannelMatrix matrix, PooledMaps maps, Normalizer by, RowSums sums)
    {
        int channels = maps.Shape.Channels;
        Source* sources = stackalloc Source[maps.Windows.Kernel * maps.Windows.Kernel];
        fixed (float* mean = by.Mean, firsts = sums.First.AsSpan(), seconds = sums.Second.AsSpan())
        {
            (int image, int line, int place) = maps.Locate(from * matrix.PixelsOfRow);
            for (int row = from; row < to; row++)
            {
                for (int pixel = 0; pixel < matrix.PixelsOfRow; pixel++)
                {
                    int count = Sources(sources, gradient, places, image, line, place, maps);
                    (image, line, place) = maps.Next(image, line, place);
                    for (int channel = 0; channel < channels; channel += ILanes.PairCount, x += ILanes.PairCount * T.Size)
                    {
                        int j = pixel * channels + channel, k = j + ILanes.Count;
                        (Vector512<float> passing1, Vector512<float> passing2) = Passing(sources, count, channel);
                        (Vector512<float> x1, Vector512<float> x2) = T.LoadPair(x);
                        NormalizationPasses<T>.Add(x1, passing1, mean + j, firsts + j, seconds + j);
                        NormalizationPasses<T>.Add(x2, passing2, mean + k, firsts + k, seconds + k);
                    }
                }
            }
        }
    }

    /// <summary>The gradient of x.</summary>
    /// <param name="x">The first row.</param>
    /// <param name="gradient">The first gradient of all results.</param>
    /// <param name="places">The first of all places.</param>
    /// <param name="inputGradient">The first row of the result.</param>
    /// <param name="from">The first row's number.</param>
    /// <param name="to">That behind the last.</param>
    /// <param name="matrix">The rows.</param>
    /// <param name="maps">The maps and their windows.</param>
    /// <param name="by">The normalisation.</param>
    /// <param name="through">Its gradient.</param>
    /// <param name="past">Whether to go past the caches.</param>
    public static void Differentiate(
        byte* x, byte* gradient, byte* places, byte* inputGradient, int from, int to, ChannelMatrix matrix, PooledMaps maps, Normalizer by, NormalizerGradient through, bool past)
    {
        int channels = maps.Shape.Channels;
        Source* sources = stackalloc Source[maps.Windows.Kernel * maps.Windows.Kernel];
        fixed (float* scale = by.Scale, slope = through.Slope, level = through.Level)
        {
            (int image, int line, int place) = maps.Locate(from * matrix.PixelsOfRow);
            for (int pixel = from * matrix.PixelsOfRow; pixel < to * matrix.PixelsOfRow; pixel++)
            {
                int count = Sources(sources, gradient, places, image, line, place, maps);
                (image, line, place) = maps.Next(image, line, place);
                for (int j = 0; j < channels; j += ILanes.PairCount, x += ILanes.PairCount * T.Size, inputGradient += ILanes.PairCount * T.Size)
                {
                    int k = j + ILanes.Count;
                    (Vector512<float> passing1, Vector512<float> passing2) = Passing(sources, count, j);
                    (Vector512<float> x1, Vector512<float> x2) = T.LoadPair(x);
                    T.StorePair(
                        inputGradient, NormalizationPasses<T>.Normalized(passing1, scale + j, x1, slope + j, level + j),
                        NormalizationPasses<T>.Normalized(passing2, scale + k, x2, slope + k, level + k), past);
                }
            }
        }
        if (past)
            ILanes.EndStores();
    }

    // The windows that a pixel lies in.
    private static int Sources(Source* sources, byte* gradient, byte* places, int image, int y, int x, PooledMaps maps)
    {
        WindowGeometry windows = maps.Windows;
        (int top, int bottom) = maps.Down(y);
        (int left, int right) = maps.Across(x);
        int count = 0;
        for (int down = top; down < bottom; down++)
        {
            int lineOfWindow = y + windows.Padding - down * windows.Stride;
            long line0 = ((long)image * maps.Pooled.Height + down) * maps.Pooled.Width;
            for (int across = left; across < right; across++)
            {
                long first = (line0 + across) * maps.Shape.Channels;
                sources[count++] = new(gradient + first * T.Size, places + first, lineOfWindow * windows.Kernel + x + windows.Padding - across * windows.Stride);
            }
        }
        return count;
    }

    // The gradients of the windows whose largest number the pixel is.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float> First, Vector512<float> Second) Passing(Source* sources, int count, int channel)
    {
        Vector512<float> sum1 = Vector512<float>.Zero, sum2 = Vector512<float>.Zero;
        for (int i = 0; i < count; i++)
        {
            (Vector512<float> gradient1, Vector512<float> gradient2) = T.LoadPair(sources[i].Gradient + channel * T.Size);
            Vector512<int> place = Vector512.Create(sources[i].Place);
            sum1 += Where(sources[i].Places + channel, place, gradient1);
            sum2 += Where(sources[i].Places + channel + ILanes.Count, place, gradient2);
        }
        return (sum1, sum2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Where(byte* places, Vector512<int> place, Vector512<float> gradient)
    {
        Vector256<ushort> wide = Vector256.WidenLower(Vector128.Load(places).ToVector256Unsafe());
        Vector512<int> all = Vector512.WidenLower(wide.ToVector512Unsafe()).AsInt32();
        return Vector512.ConditionalSelect(Vector512.Equals(all, place), gradient.AsInt32(), Vector512<int>.Zero).AsSingle();
    }

    private readonly struct Source(byte* gradient, byte* places, int place)
    {
        public readonly byte* Gradient = gradient;
        public readonly byte* Places = places;
        public readonly int Place = place;
    }
}
