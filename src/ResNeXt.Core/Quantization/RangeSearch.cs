using ResNeXt.Core.Quantization.Calibration;
using ResNeXt.Core.Quantization.Folding;

namespace ResNeXt.Core.Quantization;

/// <summary>Finds the range of values that the 256 levels of an activation cover (see <see cref="CalibrationMethod"/>).</summary>
internal static class RangeSearch
{
    // Tries the ranges from 20 to 100 hundredths of the seen one; the best range of a trained network is not narrower.
    private const int Steps = 100, Narrowest = 20;

    /// <summary>Returns the scale that a method chooses for an activation.</summary>
    /// <param name="values">The values of the activation during calibration.</param>
    /// <param name="method">Any method but <see cref="CalibrationMethod.Automatic"/>.</param>
    /// <param name="percentile">The percentile for <see cref="CalibrationMethod.Percentile"/>, above 90 and at most 100.</param>
    public static ByteScale Find(ValueHistogram values, CalibrationMethod method, double percentile) => method switch
    {
        CalibrationMethod.MinimumMaximum => ByteScale.Covering(values.Minimum, values.Maximum),
        CalibrationMethod.Percentile => Percentile(values, percentile / 100),
        CalibrationMethod.Entropy => Best(values, RangeDivergence.Of),
        CalibrationMethod.MeanSquaredError => Best(values, SquaredError),
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "Automatic is a choice among the other methods; give one of the others."),
    };

    private static ByteScale Percentile(ValueHistogram values, double kept)
    {
        long cut = (long)((1 - kept) * values.Count);
        int first = 0, last = ValueHistogram.Bins - 1;
        for (long below = values.Counts[first]; below <= cut; below += values.Counts[first])
            first++;
        for (long above = values.Counts[last]; above <= cut; above += values.Counts[last])
            last--;
        return ByteScale.Covering(Math.Max(values.Minimum, values.Center(first)), Math.Min(values.Maximum, values.Center(last)));
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
            double value = values.Center(bin), error = scale.Dequantize(scale.Quantize(value)) - value;
            sum += values.Counts[bin] * error * error;
        }
        return sum;
    }
}
