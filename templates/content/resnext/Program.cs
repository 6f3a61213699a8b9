using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core;
using ResNeXt.MLNet;

// Usage: dotnet run -- FOLDER [IMAGE...]     FOLDER has a folder of images per class
if (args.Length == 0)
{
    Console.Error.WriteLine("Name a folder that has a folder of images per class: dotnet run -- photos");
    return 1;
}

var mlContext = new MLContext(seed: 1);
IDataView images = mlContext.Data.LoadFromImageFolder(args[0]);
var (training, test) = mlContext.Data.StratifiedSplit(images, testFraction: 0.2);

var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
    .Append(mlContext.Transforms.DecodeImages())
    .Append(mlContext.MulticlassClassification.Trainers.ResNeXt(new ResNeXtTrainer.Options
    {
        FeatureColumnName = "Image",
        Architecture = "resnet18",
        ImageSize = 64,
        MaxEpochs = 15,
        Progress = new EpochLines(),
    }));

ITransformer model = pipeline.Fit(training);
mlContext.Model.Save(model, training.Schema, "model.zip");

MulticlassClassificationMetrics metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(test));
Console.WriteLine($"{metrics.MicroAccuracy:P1} of the images set aside are classified correctly. The model is in model.zip.");

using ResNeXtPredictor predictor = ResNeXtPredictor.Load(mlContext, "model.zip");
foreach (string image in args.Skip(1))
    Console.WriteLine($"{image}: {predictor.Predict(image)}");
return 0;

// Prints each epoch at once; System.Progress would do so on another thread, perhaps after the training.
internal sealed class EpochLines : IProgress<EpochReport>
{
    public void Report(EpochReport value) => Console.WriteLine($"Epoch {value.Epoch} of {value.MaxEpochs}: loss {value.TrainLoss:F3}");
}
