using SkiaSharp;

namespace ResNeXt.MLNet.Explanation;

/// <summary>
/// The colors of heat: matplotlib's color map "inferno", in which equal steps of the value look like equal steps, also in gray and to people who
/// cannot tell red from green.
/// </summary>
internal static class HeatColors
{
    // Every sixteenth color of the map, from value 0 to value 1.
    private static readonly SKColor[] Colors =
    [
        new(0x00, 0x00, 0x04), new(0x0C, 0x08, 0x26), new(0x24, 0x0C, 0x4F), new(0x42, 0x0A, 0x68), new(0x5D, 0x12, 0x6E), new(0x78, 0x1C, 0x6D),
        new(0x93, 0x26, 0x67), new(0xAE, 0x30, 0x5C), new(0xC7, 0x3E, 0x4C), new(0xDD, 0x51, 0x3A), new(0xED, 0x69, 0x25), new(0xF8, 0x85, 0x0F),
        new(0xFC, 0xA5, 0x0A), new(0xFA, 0xC6, 0x2D), new(0xF2, 0xE6, 0x61), new(0xFC, 0xFF, 0xA4),
    ];

    /// <summary>The color of a value.</summary>
    /// <param name="value">The value, from 0 to 1.</param>
    public static SKColor Of(float value)
    {
        float position = Math.Clamp(value, 0, 1) * (Colors.Length - 1);
        int lower = Math.Min((int)position, Colors.Length - 2);
        float part = position - lower;
        return new(Mix(Colors[lower].Red, Colors[lower + 1].Red, part), Mix(Colors[lower].Green, Colors[lower + 1].Green, part),
            Mix(Colors[lower].Blue, Colors[lower + 1].Blue, part));
    }

    private static byte Mix(byte from, byte to, float part) => (byte)MathF.Round(float.Lerp(from, to, part));
}
