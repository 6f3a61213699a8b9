using System.Numerics.Tensors;

namespace ResNeXt.Core.Probabilities;

/// <summary>
/// Fits a temperature: the number by which all logits are divided so that the probabilities fit labeled images best (Guo et al., 2017). Above 1 it
/// makes the classifier less certain, below 1 more certain; it never changes which class is the most probable.
/// </summary>
internal static class TemperatureScaling
{
    private const double Smallest = 0.05, Largest = 20;
    private const int Steps = 40;

    /// <summary>Finds the temperature with the smallest log-loss.</summary>
    /// <param name="logits">The logits of each image, one per class.</param>
    /// <param name="labels">The index of the right class of each image.</param>
    /// <returns>
    /// The temperature, from 0.05 to 20. 1 if no image is classified wrong: then there is no best one, because the log-loss falls with every lower
    /// temperature.
    /// </returns>
    public static double Fit(IReadOnlyList<float[]> logits, IReadOnlyList<int> labels)
    {
        if (logits.Zip(labels, IsRight).All(isRight => isRight))
            return 1;
        // The log-loss is a convex function of 1 / temperature, so its derivative changes sign once.
        double low = Math.Log(1 / Largest), high = Math.Log(1 / Smallest);
        for (int step = 0; step < Steps; step++)
        {
            double middle = (low + high) / 2;
            if (Slope(logits, labels, Math.Exp(middle)) > 0)
                high = middle;
            else
                low = middle;
        }
        return Math.Exp(-(low + high) / 2);
    }

    /// <summary>Computes the probabilities of an image.</summary>
    /// <param name="logits">The logits, one per class.</param>
    /// <param name="temperature">The temperature.</param>
    public static float[] Probabilities(ReadOnlySpan<float> logits, double temperature)
    {
        var scaled = new float[logits.Length];
        TensorPrimitives.Divide(logits, (float)temperature, scaled);
        TensorPrimitives.Subtract(scaled, TensorPrimitives.Max<float>(scaled), scaled);
        TensorPrimitives.SoftMax(scaled, scaled);
        return scaled;
    }

    private static bool IsRight(float[] logits, int label) => TensorPrimitives.IndexOfMax<float>(logits) == label;

    // The derivative of the log-loss by 1 / temperature: the expected logit less that of the right class, averaged.
    private static double Slope(IReadOnlyList<float[]> logits, IReadOnlyList<int> labels, double inverse)
    {
        double slope = 0;
        for (int image = 0; image < logits.Count; image++)
            slope += TensorPrimitives.Dot(Probabilities(logits[image], 1 / inverse), logits[image]) - (double)logits[image][labels[image]];
        return slope / logits.Count;
    }
}
