using System.Numerics.Tensors;

namespace ResNeXt.Core.Quantization.Calibration;

/// <summary>How often which values were seen, in memory that does not grow: when a value lies outside, the bins become twice as wide.</summary>
internal sealed class ValueHistogram
{
    /// <summary>Number of bins; they cover as much below 0 as above. Divisible by 4, so that two halves of pairs stay in the middle.</summary>
    public const int Bins = 4096;

    private readonly long[] _counts = new long[Bins];

    /// <summary>The smallest value.</summary>
    public double Minimum { get; private set; }

    /// <summary>The largest value.</summary>
    public double Maximum { get; private set; }

    /// <summary>The bins cover the values from -<see cref="Limit"/> to <see cref="Limit"/>.</summary>
    public double Limit { get; private set; }

    /// <summary>How many values were seen.</summary>
    public long Count { get; private set; }

    /// <summary>How many values fell into each bin, from the smallest values on.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>The value in the middle of a bin.</summary>
    public double Centre(int bin) => (bin + 0.5 - Bins / 2) * (2 * Limit / Bins);

    /// <summary>Counts values.</summary>
    /// <exception cref="InvalidDataException">One is no finite number.</exception>
    public void Add(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty)
            return;
        float minimum = TensorPrimitives.Min(values), maximum = TensorPrimitives.Max(values);
        if (!float.IsFinite(minimum) || !float.IsFinite(maximum))
            throw new InvalidDataException("a value is no finite number");
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
