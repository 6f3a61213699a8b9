using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet;

namespace ImageClassification.Demo;

/// <summary>The demo's second half: what pretrained weights are good for. Trains twice on few images, and compares.</summary>
internal static class FewImages
{
    private const double Part = 0.1;

    /// <summary>Trains on a tenth of the training images, from random weights and from weights that were trained on ImageNet.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="training">All training images.</param>
    /// <param name="test">The images to compare on.</param>
    /// <param name="stop">Ends a training after its batch.</param>
    public static void Compare(MLContext mlContext, IDataView training, IDataView test, CancellationToken stop)
    {
        try
        {
            Train(mlContext, training, test, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Console.WriteLine("  Interrupted; everything before this comparison is complete.");
        }
    }

    private static void Train(MLContext mlContext, IDataView training, IDataView test, CancellationToken stop)
    {
        (_, IDataView few) = mlContext.Data.StratifiedSplit(training, Part);
        Console.WriteLine($"The same with {few.GetColumn<string>("Label").Count()} training images:");
        Fit("from random weights", new() { Architecture = "resnet20_cifar", ImageSize = 32, MaxEpochs = 20, LearningRate = 0.05f });
        // Weights by name set the network, the normalization and the recipe. They are in the package that this project references.
        Fit("from ImageNet's weights", new() { InitialWeights = "pretrained", ImageSize = 96, MaxEpochs = 8 });

        void Fit(string start, ResNeXtTrainer.Options options)
        {
            var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label").Append(mlContext.Transforms.DecodeImages())
                .Append(mlContext.MulticlassClassification.Trainers.ResNeXt(options with { FeatureColumnName = "Image", StopToken = stop }));
            ITransformer model = pipeline.Fit(few);
            MulticlassClassificationMetrics metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(test));
            Console.WriteLine($"  {start,-24}{metrics.MicroAccuracy:P1}");
            (model as IDisposable)?.Dispose();
        }
    }
}
