using ResNeXt.Core.Images.Augmentation;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Tests.Training.Recipes;

public sealed class TrainingRecipeTests
{
    [Fact]
    public void Paper_OfTheTwoFamilies_CropsAsTheirPapers()
    {
        Assert.Equal(AugmentationPolicy.Light, TrainingRecipe.Paper(Architectures.Get("resnet20_cifar")).Augmentation);
        Assert.Equal(CropKind.RandomResizedCrop, TrainingRecipe.Paper(Architectures.Get("resnet50")).Augmentation.Crop);
    }

    [Fact]
    public void Paper_OfEveryArchitecture_IsValid() =>
        Assert.All(Architectures.All, architecture => Assert.Empty(TrainingRecipe.Paper(architecture).GetValidationErrors()));
}
