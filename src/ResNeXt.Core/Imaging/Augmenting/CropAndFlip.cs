namespace ResNeXt.Core.Imaging.Augmenting;

/// <summary>Random crop after padding, and horizontal flip, as both papers train their CIFAR networks (arXiv 1512.03385, section 4.2).</summary>
internal static class CropAndFlip
{
    /// <summary>Pads each side by an eighth of the image, crops the old size from it at a random place, and mirrors every second image.</summary>
    /// <param name="source">A planar image.</param>
    /// <param name="target">Takes the augmented image; not the source's memory.</param>
    /// <param name="shape">The shape of both.</param>
    /// <param name="padding">What is outside the image, per channel: the mean, which the network sees as zero.</param>
    /// <param name="random">Decides.</param>
    public static void Apply(ReadOnlySpan<float> source, Span<float> target, ImageShape shape, IReadOnlyList<float> padding, Random random)
    {
        int marginY = shape.Height / 8, marginX = shape.Width / 8;
        int shiftY = random.Next(2 * marginY + 1) - marginY, shiftX = random.Next(2 * marginX + 1) - marginX;
        bool flip = random.Next(2) == 1;
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            ReadOnlySpan<float> plane = source.Slice(channel * shape.PlaneLength, shape.PlaneLength);
            for (int y = 0; y < shape.Height; y++)
            {
                Span<float> row = target.Slice(channel * shape.PlaneLength + y * shape.Width, shape.Width);
                int from = y + shiftY;
                if (from < 0 || from >= shape.Height)
                {
                    row.Fill(padding[channel]);
                    continue;
                }
                Shift(plane.Slice(from * shape.Width, shape.Width), row, shiftX, padding[channel]);
                if (flip)
                    row.Reverse();
            }
        }
    }

    private static void Shift(ReadOnlySpan<float> source, Span<float> target, int shift, float padding)
    {
        int length = source.Length - Math.Abs(shift);
        if (shift >= 0)
        {
            source[shift..].CopyTo(target);
            target[length..].Fill(padding);
        }
        else
        {
            target[..-shift].Fill(padding);
            source[..length].CopyTo(target[-shift..]);
        }
    }
}
