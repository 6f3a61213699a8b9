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
    public void GetValidationErrors_OfMuonWhereItCannotWork_SayWhy()
    {
        static string Error(TrainingRecipe recipe) => Assert.Single(recipe.GetValidationErrors());
        TrainingRecipe muon = new() { Optimizer = OptimizerKind.Muon };

        Assert.Contains("FreezeNormalization", Error(muon with { FineTuning = new() { FreezeNormalization = true } }));
        Assert.Contains("MuonLearningRate is 2", Error(muon with { MuonLearningRate = 2 }));
        Assert.Contains("Optimizer Sgd", Error(new() { MuonLearningRate = 0.1f }));
        Assert.Contains("Nesterov", Error(muon with { Momentum = 0 }));
        Assert.Empty((muon with { MuonLearningRate = 0.1f, FineTuning = new() }).GetValidationErrors());
    }

    [Theory]
    [InlineData(160, 19, 16, 0.7)]
    [InlineData(240, 16, 16, 0.75)]
    [InlineData(1000, 8, 64, null)]
    [InlineData(1600, 7, 64, null)]
    [InlineData(1, 27, 8, 0.7)]
    public void FineTune_OfSomeImages_TakesFewerEpochsOfLargerBatchesAndKeepsMoreTheMoreThereAre(
        int images, int epochs, int batchSize, double? interpolation)
    {
        TrainingRecipe recipe = TrainingRecipe.FineTune(Architectures.Get("resnet18"), images);

        Assert.Equal((epochs, batchSize, (float?)interpolation), (recipe.MaxEpochs, recipe.BatchSize, recipe.FineTuning!.Interpolation));
        Assert.Empty(recipe.GetValidationErrors());
    }

    [Fact]
    public void Fast_OfEveryArchitecture_IsValid() =>
        Assert.All(Architectures.All, architecture => Assert.Empty(TrainingRecipe.Fast(architecture).GetValidationErrors()));

    [Fact]
    public void Paper_OfEveryArchitecture_IsValid() =>
        Assert.All(Architectures.All, architecture => Assert.Empty(TrainingRecipe.Paper(architecture).GetValidationErrors()));
}
