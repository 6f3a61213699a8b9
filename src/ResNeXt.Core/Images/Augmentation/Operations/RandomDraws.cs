namespace ResNeXt.Core.Images.Augmentation.Operations;

/// <summary>Random draws from the distributions of augmentation.</summary>
internal static class RandomDraws
{
    /// <summary>Draws true with a probability; for a probability of 0, it draws no random number.</summary>
    /// <param name="random">The random generator.</param>
    /// <param name="probability">The probability, 0 to 1.</param>
    public static bool NextChance(this Random random, float probability) => probability > 0 && random.NextDouble() < probability;

    /// <summary>Draws from the uniform distribution between two values.</summary>
    /// <param name="random">The random generator.</param>
    /// <param name="minimum">The smallest value.</param>
    /// <param name="maximum">The largest value.</param>
    public static double NextUniform(this Random random, double minimum, double maximum) => minimum + (maximum - minimum) * random.NextDouble();

    /// <summary>Draws from Beta(alpha, alpha): 0 to 1, symmetric about 0.5.</summary>
    /// <param name="random">The random generator.</param>
    /// <param name="alpha">The parameter, above 0. Below 1, values near the ends are more likely; above 1, values near the middle.</param>
    public static double NextBeta(this Random random, double alpha)
    {
        // The fraction that one of two gamma variates has in their sum. By logarithms, because for a small alpha both variates underflow.
        double first = random.NextLogGamma(alpha), second = random.NextLogGamma(alpha);
        return 1 / (1 + Math.Exp(second - first));
    }

    // Marsaglia and Tsang, A simple method for generating gamma variables (2000): section 2, and section 6 for shapes below 1.
    private static double NextLogGamma(this Random random, double shape)
    {
        double d = shape + 2.0 / 3, c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double normal = random.NextNormal(), v = Math.Pow(1 + c * normal, 3);
            if (v > 0 && Math.Log(random.NextPositive()) < 0.5 * normal * normal + d * (1 - v + Math.Log(v)))
                return Math.Log(d * v) + Math.Log(random.NextPositive()) / shape;
        }
    }

    private static double NextNormal(this Random random) =>
        Math.Sqrt(-2 * Math.Log(random.NextPositive())) * Math.Cos(2 * Math.PI * random.NextDouble());

    // Above 0, at most 1, so that the logarithm exists.
    private static double NextPositive(this Random random) => 1 - random.NextDouble();
}
