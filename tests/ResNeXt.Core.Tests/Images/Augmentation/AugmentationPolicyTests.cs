using ResNeXt.Core.Images.Augmentation;

namespace ResNeXt.Core.Tests.Images.Augmentation;

public sealed class AugmentationPolicyTests
{
    [Fact]
    public void Mistakes_OfThePresets_AreNone()
    {
        AugmentationPolicy[] presets = [AugmentationPolicy.None, AugmentationPolicy.Light, AugmentationPolicy.Modern, AugmentationPolicy.ImageNet];

        Assert.All(presets, preset => Assert.Empty(preset.GetValidationErrors()));
    }

    [Fact]
    public void Mistakes_OfEverythingOutOfRange_ListsAllByName()
    {
        var policy = new AugmentationPolicy
        {
            Crop = (CropKind)9, Padding = 0, MinimumArea = 1.5f, MaximumAspect = 0.5f, HorizontalFlipProbability = -1, Brightness = 2,
            Contrast = float.NaN, Saturation = -0.1f, Hue = 0.6f, RandomErasingProbability = 1.1f, MixupAlpha = float.PositiveInfinity, CutMixAlpha = -1,
        };

        string[] mistakes = [.. policy.GetValidationErrors()];

        Assert.Equal(
            ["Crop", "Padding", "MinimumArea", "MaximumAspect", "HorizontalFlipProbability", "Brightness", "Contrast", "Saturation", "Hue",
                "RandomErasingProbability", "MixupAlpha", "CutMixAlpha"],
            mistakes.Select(mistake => mistake.Split(' ')[0]));
    }
}
