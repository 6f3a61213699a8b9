using ResNeXt.Core;
using ResNeXt.Core.Images;
using ResNeXt.Core.Training;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Benchmarks.Comparison.Training;

/// <summary>How the memory of a training changes from its 20th step to its 300th: 1 is flat.</summary>
internal sealed class MemoryOverSteps(TrainingWork work, Precision precision) : IMeasuredSide
{
    private const int FirstStep = 20, LastStep = 300, StepsAhead = 10;

    private readonly ImageStore _images = NoiseImages.Store(work.ImageSize, work.BatchSize, work.Classes);

    public Reading Measure()
    {
        // Some steps more, because batches are loaded ahead of the steps.
        var source = new SteppedImages(_images, work.BatchSize, LastStep + StepsAhead);
        using var network = new ResidualNetwork(work.Network, work.Classes, seed: 1);
        TrainingOptions options = ShippedTraining.Options(work.BatchSize, precision, epochs: 1);
        new ClassifierTrainer(network, PixelNormalization.ImageNet, options).Train(source);
        double before = source.MemoryAt(FirstStep), after = source.MemoryAt(LastStep);
        return new(after / before) { Parts = new Dictionary<string, double> { ["MiB at step 20"] = before, ["MiB at step 300"] = after } };
    }

    public void Dispose() => _images.Dispose();
}
