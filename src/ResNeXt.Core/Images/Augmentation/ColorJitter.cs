using ResNeXt.Core.Images.Augmentation.Operations;

namespace ResNeXt.Core.Images.Augmentation;

/// <summary>torchvision's ColorJitter: brightness, contrast, saturation and hue by random amounts, in random order.</summary>
/// <param name="policy">The policy, for the largest change of each.</param>
/// <param name="shape">The shape of every image; without three channels saturation and hue change nothing.</param>
internal sealed class ColorJitter(AugmentationPolicy policy, ImageShape shape)
{
    private enum Adjustment { Brightness, Contrast, Saturation, Hue }

    /// <summary>Changes the colors of an image in place.</summary>
    /// <param name="image">The image, planar, of 0..255.</param>
    /// <param name="random">The random generator.</param>
    public void Apply(Span<float> image, Random random)
    {
        Span<Adjustment> order = [Adjustment.Brightness, Adjustment.Contrast, Adjustment.Saturation, Adjustment.Hue];
        random.Shuffle(order);
        foreach (Adjustment adjustment in order)
            Apply(image, adjustment, random);
    }

    private void Apply(Span<float> image, Adjustment adjustment, Random random)
    {
        switch (adjustment)
        {
            case Adjustment.Brightness when policy.Brightness > 0:
                ColorAdjustment.Brightness(image, Factor(policy.Brightness, random));
                break;
            case Adjustment.Contrast when policy.Contrast > 0:
                ColorAdjustment.Contrast(image, shape.PlaneLength, Factor(policy.Contrast, random));
                break;
            case Adjustment.Saturation when policy.Saturation > 0:
                ColorAdjustment.Saturation(image, shape.PlaneLength, Factor(policy.Saturation, random));
                break;
            case Adjustment.Hue when policy.Hue > 0 && shape.Channels == 3:
                ColorAdjustment.Hue(image, shape.PlaneLength, (float)random.NextUniform(-policy.Hue, policy.Hue));
                break;
        }
    }

    private static float Factor(float most, Random random) => (float)random.NextUniform(1 - most, 1 + most);
}
