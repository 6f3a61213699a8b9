using System.Numerics.Tensors;

namespace ResNeXt.Core.Quantization.Calibration;

/// <summary>A histogram of constant size: if a value is outside its range, the bins become twice as wide.</summary>
internal sealed class ValueHistogram
{
    /// <summary>The number of bins, half of them for negative values. Divisible by 4, so that merged pairs of bins stay centered at 0.</summary>
    public const int Bins = 4096;

    private readonly long[] _counts = new long[Bins];

    /// <summary>The smallest value seen.</summary>
    public double Minimum { get; private set; }

    /// <summary>The largest value seen.</summary>
    public double Maximum { get; private set; }

    /// <summary>The end of the range: the bins cover the values from -<see cref="Limit"/> to <see cref="Limit"/>.</summary>
    public double Limit { get; private set; }

    /// <summary>The number of values seen.</summary>
    public long Count { get; private set; }

    /// <summary>The number of values in each bin, from the smallest values to the largest.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>The value at the center of a bin.</summary>
    public double Center(int bin) => (bin + 0.5 - Bins / 2) * (2 * Limit / Bins);

    /// <summary>Adds values.</summary>
    /// <exception cref="InvalidDataException">A value is not finite.</exception>
    public void Add(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty)
            return;
        float minimum = TensorPrimitives.Min(values), maximum = TensorPrimitives.Max(values);
        if (!float.IsFinite(minimum) || !float.IsFinite(maximum))
            throw new InvalidDataException("a value is not finite");
        (Minimum, Maximum) = Count == 0 ? (minimum, maximum) : (Math.Min(Minimum, minimum), Math.Max(Maximum, maximum));
        Widen(Math.Max(Math.Abs((double)minimum), Math.Abs((double)maximum)));
        Count += values.Length;
        double perUnit = Bins / (2 * Limit);
        foreach (float value in values)
            _counts[Math.Min((int)((value + Limit) * perUnit), Bins - 1)]++;
    }

    private void Widen(double largest)
    {
        if (Count == 0)
            Limit = Math.Max(largest, float.Epsilon);
        while (Limit < largest)
        {
            Limit *= 2;
            MergePairs();
        }
    }

    private void MergePairs()
    {
        var merged = new long[Bins];
        for (int bin = 0; bin < Bins; bin++)
            merged[Bins / 4 + bin / 2] += _counts[bin];
        merged.CopyTo(_counts, 0);
    }
}
