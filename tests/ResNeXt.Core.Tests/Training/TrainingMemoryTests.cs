using ResNeXt.Core.Images;
using ResNeXt.Core.Tests.TorchRuntime;
using ResNeXt.Core.Training;
using ResNeXt.Core.Training.Recipes;
using TorchSharp;

namespace ResNeXt.Core.Tests.Training;

/// <summary>Alone, because the number of tensors is that of the whole process: batches are made on other threads than the one that frees them.</summary>
[Collection(nameof(AloneCollection))]
public sealed class TrainingMemoryTests
{
    public static TheoryData<TrainingRecipe> Recipes => new(
        SmallTraining.Recipe,
        SmallTraining.Recipe with { EmaDecay = null, MaxGradientNorm = 1, ClassWeights = [1, 2], GradientAccumulationSteps = 2 },
        SmallTraining.Recipe with { Optimizer = OptimizerKind.AdamW, LearningRate = 0.001f },
        SmallTraining.FineTune);

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Train_Always_LeavesNoTensorBehind(TrainingRecipe recipe)
    {
        using ImageStore training = SmallTraining.Images(40, 1);
        using ResidualNetwork network = SmallTraining.Network();
        var trainer = new ClassifierTrainer(network, SmallTraining.Normalization, SmallTraining.Options(recipe));
        trainer.Train(training);
        long before = torch.Tensor.TotalCount;

        trainer.Train(training);

        Assert.Equal(before, torch.Tensor.TotalCount);
    }
}
