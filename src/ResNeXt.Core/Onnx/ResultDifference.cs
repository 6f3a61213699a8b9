using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Onnx;

/// <summary>How far the results of two graphs for the same images are apart.</summary>
/// <param name="Largest">The largest absolute value of the expected results.</param>
/// <param name="Difference">The largest absolute difference; NaN if the numbers of values differ, or a value is not finite.</param>
internal readonly record struct ResultDifference(double Largest, double Difference)
{
    /// <summary>Compares results.</summary>
    public static ResultDifference Between(float[] expected, float[] actual)
    {
        // Enumerable.Max would pass over NaN.
        bool areComparable = expected.Length == actual.Length && WeightValues.AreFinite(expected) && WeightValues.AreFinite(actual);
        return new(
            expected.Select(Math.Abs).DefaultIfEmpty().Max(),
            areComparable ? expected.Zip(actual, (a, b) => Math.Abs((double)a - b)).DefaultIfEmpty().Max() : double.NaN);
    }

    /// <summary>Whether the difference is at most a fraction of the largest value.</summary>
    public bool IsWithin(double tolerance) => Difference <= tolerance * Largest;
}
