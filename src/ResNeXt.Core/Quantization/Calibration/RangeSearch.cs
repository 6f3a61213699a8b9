using ResNeXt.Core.Quantization.Folding;

namespace ResNeXt.Core.Quantization.Calibration;

/// <summary>Finds the range of values that bytes should cover.</summary>
internal static class RangeSearch
{
    // The range is narrowed in steps of a hundredth; below a fifth of what was seen, no trained network has its best range.
    private const int Steps = 100, Narrowest = 20;

    /// <summary>The scale that a method gives an activation.</summary>
    /// <param name="values">What was seen of it.</param>
    /// <param name="method">Any but <see cref="CalibrationMethod.Automatic"/>.</param>
    /// <param name="percentile">For <see cref="CalibrationMethod.Percentile"/>, above 90 and at most 100.</param>
    public static ByteScale Find(ValueHistogram values, CalibrationMethod method, double percentile) => method switch
    {
        CalibrationMethod.MinimumMaximum => ByteScale.Covering(values.Minimum, values.Maximum),
        CalibrationMethod.Percentile => Percentile(values, percentile / 100),
        CalibrationMethod.Entropy => Best(values, RangeDivergence.Of),
        CalibrationMethod.MeanSquaredError => Best(values, SquaredError),
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "Automatic is a choice among methods, none of them."),
    };

    private static ByteScale Percentile(ValueHistogram values, double kept)
    {
        long cut = (long)((1 - kept) * values.Count);
        int first = 0, last = ValueHistogram.Bins - 1;
        for (long below = values.Counts[first]; below <= cut; below += values.Counts[first])
            first++;
        for (long above = values.Counts[last]; above <= cut; above += values.Counts[last])
            last--;
        return ByteScale.Covering(Math.Max(values.Minimum, values.Centre(first)), Math.Min(values.Maximum, values.Centre(last)));
    }

    private static ByteScale Best(ValueHistogram values, Func<ValueHistogram, ByteScale, double> error) =>
        Enumerable.Range(Narrowest, Steps + 1 - Narrowest)
            .Select(step => ByteScale.Covering(values.Minimum * step / Steps, values.Maximum * step / Steps))
            .Reverse().MinBy(scale => error(values, scale));

    private static double SquaredError(ValueHistogram values, ByteScale scale)
    {
        double sum = 0;
        for (int bin = 0; bin < ValueHistogram.Bins; bin++)
        {
            if (values.Counts[bin] == 0)
                continue;
            double value = values.Centre(bin), error = scale.Dequantize(scale.Quantize(value)) - value;
            sum += values.Counts[bin] * error * error;
        }
        return sum;
    }
}
