using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Tests.Networks;

/// <summary>Weights, images and labels from a formula, so that reference values need no stored tensors (see the README of shared/golden).</summary>
internal static class GoldenWeights
{
    public static StateDict Of(Architecture architecture, int classes) => new(architecture.Tensors(classes)
        .Select((spec, k) => KeyValuePair.Create(spec.Name, new WeightTensor(spec.Shape, Fill(spec, k)))));

    public static float[] Images(int count, int channels, int size) =>
        [.. Enumerable.Range(0, count * channels * size * size).Select(i => (float)Uniform(1_000_000, i))];

    public static long[] Labels(int count, int classes) => [.. Enumerable.Range(0, count).Select(n => (7L * n + 3) % classes)];

    private static float[] Fill(TensorSpec spec, int k)
    {
        Func<double, double> value = (spec.Name, spec.Shape.Count) switch
        {
            (_, 4) => u => u * Math.Sqrt(6.0 / (spec.Shape[1] * spec.Shape[2] * spec.Shape[3])),
            (_, 2) => u => u * Math.Sqrt(3.0 / spec.Shape[1]),
            ({ } name, _) when name.EndsWith("running_var", StringComparison.Ordinal) => u => 1 + 0.5 * u,
            ({ } name, _) when name.EndsWith(".weight", StringComparison.Ordinal) => u => 1 + 0.1 * u,
            _ => u => 0.1 * u,
        };
        var values = new float[spec.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)value(Uniform(k, i));
        return values;
    }

    private static double Uniform(long k, long i) => (SplitMix64((ulong)((k << 32) + i)) >> 40) / (double)(1 << 23) - 1;

    private static ulong SplitMix64(ulong z)
    {
        z += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
