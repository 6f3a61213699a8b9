using ResNeXt.Core.NativeLoading;
using ResNeXt.Core.Training.Data;
using ResNeXt.Core.Training.Loop;
using ResNeXt.Core.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.Training.Loop;

public sealed class ClassificationLossTests
{
    private static readonly float[,] Logits = { { 1, 2, 0 }, { 0.5f, -1, 3 } };

    [Theory]
    [InlineData(0, null)]
    [InlineData(0.2f, null)]
    [InlineData(0, new[] { 1f, 4, 2 })]
    public void Of_SmoothedOrWeighted_IsWhatAHandComputes(float smoothing, float[]? weights)
    {
        double expected = 0, sum = 0;
        int[] labels = [1, 0];
        for (int row = 0; row < 2; row++)
        {
            double[] logits = [Logits[row, 0], Logits[row, 1], Logits[row, 2]];
            double log = Math.Log(logits.Sum(Math.Exp)), weight = weights?[labels[row]] ?? 1;
            expected += weight * logits.Select((logit, label) => (log - logit) * ((label == labels[row] ? 1 - smoothing : 0) + smoothing / 3)).Sum();
            sum += weight;
        }

        Assert.Equal(expected / sum, Loss(new() { LabelSmoothing = smoothing, ClassWeights = weights }), 1e-5);
    }

    [Fact]
    public void Of_ImagesWhoseClassesHaveNoWeight_IsNothing() => Assert.Equal(0, Loss(new() { ClassWeights = [0, 0, 1], LabelSmoothing = 0.1f }));

    private static double Loss(TrainingRecipe recipe)
    {
        TorchLibrary.EnsureLoaded();
        using DisposeScope scope = NewDisposeScope();
        using var loss = new ClassificationLoss(recipe, CPU);
        using var batch = new Batch(empty(0), tensor(new long[] { 1, 0 }));
        return loss.Of(tensor(Logits), batch).item<float>();
    }
}
