namespace ResNeXt.Core.Images.Augmentation.Operations;

/// <summary>
/// Pads an image on every side and crops it at a random position, as both papers do for CIFAR (arXiv 1512.03385, section 4.2).
/// </summary>
/// <param name="shape">The shape of every image.</param>
/// <param name="cropShape">The shape of the crop, no larger than an image.</param>
/// <param name="padding">The padding on each side, as a fraction of the crop's side, at most a half; rounded down to whole pixels.</param>
/// <param name="isMirrored">Whether the image is mirrored at its edges, without repeating them; if not, the padding is constant.</param>
/// <param name="fill">The value of a constant padding for every channel.</param>
internal sealed class PadAndCrop(ImageShape shape, ImageShape cropShape, float padding, bool isMirrored, IReadOnlyList<float> fill)
{
    private readonly int _marginY = (int)(cropShape.Height * padding);
    private readonly int _marginX = (int)(cropShape.Width * padding);

    /// <summary>Pads and crops an image.</summary>
    /// <param name="source">The image, planar.</param>
    /// <param name="target">The memory for the result; not the source's memory.</param>
    /// <param name="random">The random generator.</param>
    public void Apply(ReadOnlySpan<float> source, Span<float> target, Random random)
    {
        int shiftY = random.Next(-_marginY, shape.Height - cropShape.Height + _marginY + 1);
        int shiftX = random.Next(-_marginX, shape.Width - cropShape.Width + _marginX + 1);
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            ReadOnlySpan<float> plane = source.Slice(channel * shape.PlaneLength, shape.PlaneLength);
            for (int y = 0; y < cropShape.Height; y++)
            {
                Span<float> row = target.Slice(channel * cropShape.PlaneLength + y * cropShape.Width, cropShape.Width);
                int from = y + shiftY;
                if (isMirrored)
                    ShiftMirrored(plane.Slice(Mirrored(from, shape.Height) * shape.Width, shape.Width), row, shiftX);
                else if (from < 0 || from >= shape.Height)
                    row.Fill(fill[channel]);
                else
                    Shift(plane.Slice(from * shape.Width, shape.Width), row, shiftX, fill[channel]);
            }
        }
    }

    private static void Shift(ReadOnlySpan<float> source, Span<float> target, int shift, float fill)
    {
        int before = Math.Max(-shift, 0), first = Math.Max(shift, 0), length = Math.Min(target.Length - before, source.Length - first);
        target[..before].Fill(fill);
        source.Slice(first, length).CopyTo(target[before..]);
        target[(before + length)..].Fill(fill);
    }

    private static void ShiftMirrored(ReadOnlySpan<float> source, Span<float> target, int shift)
    {
        for (int x = 0; x < target.Length; x++)
            target[x] = source[Mirrored(x + shift, source.Length)];
    }

    // The padding is at most half a side of the crop, and so of the image, so that an index is mirrored at most once; a side of one pixel has no other
    // to take.
    private static int Mirrored(int index, int length) =>
        index < 0 ? Math.Min(-index, length - 1) : index < length ? index : Math.Max(2 * (length - 1) - index, 0);
}
