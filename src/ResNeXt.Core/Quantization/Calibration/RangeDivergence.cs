using ResNeXt.Core.Quantization.Folding;

namespace ResNeXt.Core.Quantization.Calibration;

/// <summary>
/// How much of what was seen of an activation is lost in bytes, as the Kullback-Leibler divergence: values outside are counted at the ends of the range,
/// which costs the more the more they are, and values that share a byte cannot be told apart, which costs the more the less even they are.
/// </summary>
internal static class RangeDivergence
{
    /// <summary>The divergence for a scale; 0 is the best.</summary>
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
            double centre = values.Centre(bin);
            if (centre < lowest)
                below += count;
            else if (centre > highest)
                above += count;
            else if (count > 0)
            {
                byte level = scale.Quantize(centre);
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
            byte level = scale.Quantize(values.Centre(bin));
            sum += seen / values.Count * Math.Log(seen / values.Count / (mass[level] / bins[level] / inside));
        }
        return sum;
    }
}
