namespace ResNeXt.Core.Images.Augmentation;

/// <summary>Draws from the distributions that augmentation needs beside <see cref="Random"/>'s own.</summary>
internal static class RandomDraws
{
    /// <summary>Whether something of this probability happens; takes no draw where it never does.</summary>
    public static bool NextChance(this Random random, float probability) => probability > 0 && random.NextDouble() < probability;

    /// <summary>Every value between the two is equally likely.</summary>
    public static double NextUniform(this Random random, double minimum, double maximum) => minimum + (maximum - minimum) * random.NextDouble();

    /// <summary>Beta(alpha, alpha): 0 to 1, symmetric about a half.</summary>
    /// <param name="random">Decides.</param>
    /// <param name="alpha">Above 0; below 1 the ends are likelier than the middle, above 1 the middle.</param>
    public static double NextBeta(this Random random, double alpha)
    {
        // The part of one gamma variate in the sum of two, by their logarithms: for a small alpha both variates are too small for a number.
        double first = random.NextLogGamma(alpha), second = random.NextLogGamma(alpha);
        return 1 / (1 + Math.Exp(second - first));
    }

    // Marsaglia and Tsang, A simple method for generating gamma variables (2000): section 2, and section 6 for what it adds below 1.
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

    // Above 0, up to 1: it has a logarithm.
    private static double NextPositive(this Random random) => 1 - random.NextDouble();
}
