using ResNeXt.Core.Imaging.Augmenting;

namespace ResNeXt.Core.Tests.Imaging.Augmenting;

public sealed class AugmentationPolicyTests
{
    [Fact]
    public void Mistakes_OfThePresets_AreNone()
    {
        AugmentationPolicy[] presets = [AugmentationPolicy.None, AugmentationPolicy.Light, AugmentationPolicy.Modern,
            .. Architectures.All.Select(AugmentationPolicy.Paper)];

        Assert.All(presets, preset => Assert.Empty(preset.Mistakes()));
    }

    [Fact]
    public void Mistakes_OfEverythingOutOfRange_ListsAllByName()
    {
        var policy = new AugmentationPolicy
        {
            Crop = (CropKind)9, Padding = 0, MinimumArea = 1.5f, MaximumAspect = 0.5f, HorizontalFlip = -1, Brightness = 2, Contrast = float.NaN,
            Saturation = -0.1f, Hue = 0.6f, RandomErasing = 1.1f, MixupAlpha = float.PositiveInfinity, CutMixAlpha = -1,
        };

        string[] mistakes = [.. policy.Mistakes()];

        Assert.Equal(
            ["Crop", "Padding", "MinimumArea", "MaximumAspect", "HorizontalFlip", "Brightness", "Contrast", "Saturation", "Hue", "RandomErasing",
                "MixupAlpha", "CutMixAlpha"],
            mistakes.Select(mistake => mistake.Split(' ')[0]));
    }

    [Fact]
    public void Paper_OfTheTwoFamilies_CropsAsTheirPapers()
    {
        Assert.Equal(AugmentationPolicy.Light, AugmentationPolicy.Paper(Architectures.Get("resnet20_cifar")));
        Assert.Equal(CropKind.RandomResizedCrop, AugmentationPolicy.Paper(Architectures.Get("resnet50")).Crop);
    }
}
