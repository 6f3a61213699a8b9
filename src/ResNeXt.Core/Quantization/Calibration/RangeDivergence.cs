using ResNeXt.Core.Quantization.Folding;

namespace ResNeXt.Core.Quantization.Calibration;

/// <summary>
/// How much a scale distorts the distribution of an activation, as the Kullback-Leibler divergence of the quantized distribution from the original
/// one. Values outside the range are clipped to its ends, and values that share a byte become indistinguishable; both add to the divergence.
/// </summary>
internal static class RangeDivergence
{
    /// <summary>Computes the divergence.</summary>
    /// <param name="values">The values of the activation.</param>
    /// <param name="scale">The scale to evaluate.</param>
    /// <returns>The divergence; 0 is best.</returns>
    public static double Of(ValueHistogram values, ByteScale scale)
    {
        double lowest = scale.Dequantize(0) - scale.Scale / 2, highest = scale.Dequantize(byte.MaxValue) + scale.Scale / 2;
        Span<double> mass = stackalloc double[byte.MaxValue + 1];
        Span<int> bins = stackalloc int[byte.MaxValue + 1];
        mass.Clear();
        bins.Clear();
        long below = 0, above = 0;
        int first = -1, last = -1;
        for (int bin = 0; bin < ValueHistogram.Bins; bin++)
        {
            long count = values.Counts[bin];
            double center = values.Center(bin);
            if (center < lowest)
                below += count;
            else if (center > highest)
                above += count;
            else if (count > 0)
            {
                byte level = scale.Quantize(center);
                mass[level] += count;
                bins[level]++;
                (first, last) = (first < 0 ? bin : first, bin);
            }
        }
        if (first < 0)
            return double.PositiveInfinity;
        double inside = values.Count - below - above, sum = 0;
        for (int bin = first; bin <= last; bin++)
        {
            double seen = values.Counts[bin] + (bin == first ? below : 0) + (bin == last ? above : 0);
            if (seen == 0)
                continue;
            byte level = scale.Quantize(values.Center(bin));
            sum += seen / values.Count * Math.Log(seen / values.Count / (mass[level] / bins[level] / inside));
        }
        return sum;
    }
}
