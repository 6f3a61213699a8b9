using System.Numerics.Tensors;

using ResNeXt.Core.Images.Augmentation.Operations;

namespace ResNeXt.Core.Images.Augmentation;

/// <summary>Mixup and cutmix: mixes every image of a batch, and its label, with the image before it, as torchvision does.</summary>
/// <param name="policy">The policy, with mixup, cutmix or both; with both, each applies to half of the batches.</param>
/// <param name="shape">The shape of every image.</param>
internal sealed class BatchMixer(AugmentationPolicy policy, ImageShape shape)
{
    /// <summary>Mixes a batch in place, all images with the same weight or rectangle.</summary>
    /// <param name="images">The images, planar and normalized, one after the other.</param>
    /// <param name="targets">The labels, N x classes: one-hot before, the fractions of the classes afterwards; every row adds up to 1.</param>
    /// <param name="random">The random generator.</param>
    public void Mix(Span<float> images, Span<float> targets, Random random)
    {
        bool isCutMix = policy.CutMixAlpha > 0 && (policy.MixupAlpha <= 0 || random.Next(2) == 1);
        float own = (float)random.NextBeta(isCutMix ? policy.CutMixAlpha : policy.MixupAlpha);
        int classes = targets.Length / (images.Length / shape.Length);
        if (isCutMix)
        {
            PixelRectangle pasted = DrawPasted(own, random);
            own = 1 - (float)pasted.Height * pasted.Width / shape.PlaneLength;
            WithTheOneBefore(images, shape.Length, (image, before) => Paste(image, before, pasted));
        }
        else
        {
            WithTheOneBefore(images, shape.Length, (image, before) => Blend(image, before, own));
        }
        WithTheOneBefore(targets, classes, (row, before) => Blend(row, before, own));
    }

    private delegate void Pairing(Span<float> own, ReadOnlySpan<float> before);

    // From the last to the first, so that the row before is still unchanged. The first row is paired with a copy of the last.
    private static void WithTheOneBefore(Span<float> rows, int length, Pairing pairing)
    {
        using var last = new Scratch<float>(length);
        rows[^length..].CopyTo(last.Span);
        for (int start = rows.Length - length; start > 0; start -= length)
            pairing(rows.Slice(start, length), rows.Slice(start - length, length));
        pairing(rows[..length], last.Span);
    }

    private static void Blend(Span<float> own, ReadOnlySpan<float> before, float part) => TensorPrimitives.Lerp(before, own, part, own);

    private void Paste(Span<float> image, ReadOnlySpan<float> before, PixelRectangle pasted)
    {
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            for (int y = pasted.Top; y < pasted.Top + pasted.Height; y++)
            {
                int start = channel * shape.PlaneLength + y * shape.Width + pasted.Left;
                before.Slice(start, pasted.Width).CopyTo(image[start..]);
            }
        }
    }

    // As in the paper: the rectangle has the image's aspect ratio, is centered anywhere and is cut off at the image's edges.
    private PixelRectangle DrawPasted(float own, Random random)
    {
        double half = 0.5 * Math.Sqrt(1 - own);
        (int left, int right) = DrawSide(shape.Width, (int)(half * shape.Width), random);
        (int top, int bottom) = DrawSide(shape.Height, (int)(half * shape.Height), random);
        return new(top, left, bottom - top, right - left);
    }

    private static (int First, int End) DrawSide(int side, int half, Random random)
    {
        int middle = random.Next(side);
        return (Math.Max(middle - half, 0), Math.Min(middle + half, side));
    }
}
