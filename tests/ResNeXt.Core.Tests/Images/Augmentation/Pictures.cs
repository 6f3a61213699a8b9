using ResNeXt.Core.Images;

namespace ResNeXt.Core.Tests.Images.Augmentation;

/// <summary>Pictures of known content.</summary>
internal static class Pictures
{
    /// <summary>Random bytes.</summary>
    public static float[] Noise(ImageShape shape, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, shape.Length).Select(_ => (float)random.Next(256))];
    }

    /// <summary>One value everywhere.</summary>
    public static float[] Constant(ImageShape shape, float value) => [.. Enumerable.Repeat(value, shape.Length)];

    /// <summary>Asserts that two pictures agree.</summary>
    public static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"Value {i} is {actual[i]} where {expected[i]} was expected.");
    }
}
