using ResNeXt.Core.Images;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Training;
using ResNeXt.Core.Training.Devices;
using ResNeXt.Core.Training.Loop;
using ResNeXt.Core.Training.Recipes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.Training.Loop;

public sealed class TrainingStepTests
{
    // Plain steps without momentum, so that one step shows the gradient.
    private static readonly TrainingRecipe Plain = SmallTraining.Recipe with { Momentum = 0, Nesterov = false, WeightDecay = 0, EmaDecay = null };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void UpdateWeights_WithDecayAlone_SparesNormsAndBiasesUnlessAsked(bool decayNormAndBias)
    {
        using ResidualNetwork network = SmallTraining.Network();
        network.SetWeights(new([KeyValuePair.Create("fc.bias", new WeightTensor([2], new[] { 1f, 2 }))]));
        StateDict before = network.GetWeights();

        Step(network, Plain with { WeightDecay = 0.5f, DecayNormAndBias = decayNormAndBias }, gradient: 0);

        StateDict after = network.GetWeights();
        foreach ((string name, Parameter parameter) in network.named_parameters())
        {
            float factor = decayNormAndBias || parameter.dim() > 1 ? 1 - 0.1f * 0.5f : 1;
            Assert.All(before.Tensors[name].Values.ToArray().Zip(after.Tensors[name].Values.ToArray()), pair =>
                Assert.Equal(pair.First * factor, pair.Second, 1e-6f));
        }
    }

    [Fact]
    public void UpdateWeights_WithAHugeGradient_MovesNoFurtherThanTheNormAllows()
    {
        double Moved(float? norm, float gradient)
        {
            using ResidualNetwork network = SmallTraining.Network();
            StateDict before = network.GetWeights();
            Step(network, Plain with { MaxGradientNorm = norm }, gradient);
            return Math.Sqrt(network.GetWeights().Tensors.Sum(item => item.Value.Values.ToArray()
                .Zip(before.Tensors[item.Key].Values.ToArray(), (a, b) => Math.Pow(a - b, 2)).Sum()));
        }

        Assert.Equal(0.1 * 2, Moved(2, 1e6f), 1e-4);
        Assert.True(Moved(null, 1e6f) > 1000);
        Assert.Equal(Moved(null, 1e-3f), Moved(2, 1e-3f), 1e-6);
    }

    [Fact]
    public void Constructor_AfterATrainingThatEndedBetweenSteps_ForgetsItsGradients()
    {
        using ResidualNetwork network = SmallTraining.Network();
        foreach (Parameter parameter in network.parameters())
            parameter.grad = ones_like(parameter);

        using var step = new TrainingStep(network, Plain, TrainingPhase.Of(Plain, network.Parts)[0], Computation.OnCpu);

        Assert.All(network.parameters(), parameter => Assert.Null(parameter.grad));
    }

    [Fact]
    public void Train_WithAccumulatedBatches_TakesOneStepForSeveralAndOneForTheRest()
    {
        // 30 images in batches of 8 are 4 batches; 3 and 1 of them make a step.
        TrainingRecipe recipe = Plain with
        {
            MaxEpochs = 2, GradientAccumulationSteps = 3, Schedule = LearningRateSchedule.Cosine with { WarmupFraction = 0 },
        };
        using ImageStore images = SmallTraining.Images(30);
        using ResidualNetwork network = SmallTraining.Network();

        TrainingResult outcome = new ClassifierTrainer(network, SmallTraining.Normalization, SmallTraining.Options(recipe)).Train(images);

        Assert.Equal([recipe.Schedule.Rate(1, 4, 0.1f), recipe.Schedule.Rate(3, 4, 0.1f)], outcome.Epochs.Select(epoch => epoch.LearningRate));
    }

    [Fact]
    public void Train_WithAccumulatedBatches_GivesTheHeadThatOneLargeBatchGives()
    {
        // A frozen network has no batch statistics, so that gradients of parts add up.
        StateDict Head(int batchSize, int accumulated)
        {
            using ImageStore images = SmallTraining.Images(32);
            using ResidualNetwork network = SmallTraining.Network();
            TrainingRecipe recipe = SmallTraining.FineTune with
            {
                BatchSize = batchSize, GradientAccumulationSteps = accumulated, FineTuning = new() { FrozenEpochs = 4 },
            };
            new ClassifierTrainer(network, SmallTraining.Normalization, SmallTraining.Options(recipe)).Train(images);
            return network.GetWeights();
        }

        Assert.All(Head(16, 1).Tensors["fc.weight"].Values.ToArray().Zip(Head(8, 2).Tensors["fc.weight"].Values.ToArray()),
            pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    private static void Step(ResidualNetwork network, TrainingRecipe recipe, float gradient)
    {
        using var step = new TrainingStep(network, recipe, TrainingPhase.Of(recipe, network.Parts)[0], Computation.OnCpu);
        foreach (Parameter parameter in network.parameters())
        {
            using Tensor filled = full_like(parameter, gradient, requires_grad: false);
            parameter.grad = filled;
        }
        step.UpdateWeights(0.1, 0);
    }
}
