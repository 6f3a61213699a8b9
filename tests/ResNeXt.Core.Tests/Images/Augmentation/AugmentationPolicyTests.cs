using ResNeXt.Core.Images;
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

    [Theory]
    [InlineData(0, CropKind.PadAndCrop, "CropSize is 0; it must be at least 1.")]
    [InlineData(160, CropKind.None, "CropSize is 160 with the Crop None; choose PadAndCrop or RandomResizedCrop.")]
    public void Mistakes_OfACropSize_SayWhatIsAllowed(int size, CropKind crop, string mistake) =>
        Assert.Equal([mistake], new AugmentationPolicy { Crop = crop, CropSize = size }.GetValidationErrors());

    [Theory]
    [InlineData(31)]
    [InlineData(201)]
    public void FindCropError_OutsideOfWhatImagesAndNetworkAllow_SaysWhatIsAllowed(int size) => Assert.Equal(
        $"CropSize is {size}; for images of 224 x 200 pixels it must be between 32 and 200.",
        (AugmentationPolicy.ImageNet with { CropSize = size }).FindCropError(new ImageShape(3, 200, 224), least: 32));

    [Theory]
    [InlineData(32)]
    [InlineData(200)]
    [InlineData(null)]
    public void FindCropError_WithinWhatImagesAndNetworkAllow_IsNone(int? size) =>
        Assert.Null((AugmentationPolicy.ImageNet with { CropSize = size }).FindCropError(new ImageShape(3, 200, 224), least: 32));
}
