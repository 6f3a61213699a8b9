using ImageClassification.Demo;
using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet;

// From a folder of images to a saved model that classifies: what a program of your own looks like.
// Without arguments it paints its images first. With a command (train, predict, ... or --help) it does what the tool resnext does.
return DemoCommand.Run(args, demo =>
{
    // 1. Load: a folder per class. These have a train and a test folder; of one folder mlContext.Data.StratifiedSplit sets a part aside.
    var mlContext = new MLContext(seed: 1);
    (IDataView training, _, IDataView? test) = mlContext.Data.LoadSetsFromImageFolder(demo.Images);

    // 2. Train: labels become keys, files become images, and the trainer resizes and normalizes them itself.
    var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
        .Append(mlContext.Transforms.DecodeImages())
        .Append(mlContext.MulticlassClassification.Trainers.ResNeXt(new ResNeXtTrainer.Options
        {
            FeatureColumnName = "Image",
            Architecture = "resnet20_cifar",
            ImageSize = 32,
            MaxEpochs = 12,
            LearningRate = 0.05f,
            Progress = new EpochLines(),
            StopToken = demo.StopToken,
        }));
    TransformerChain<ResNeXtTransformer> model = pipeline.Fit(training);

    // 3. Save and load: an ML.NET model like any other. Whoever loads it needs no libtorch.
    mlContext.Model.Save(model, training.Schema, demo.ModelFile);
    ITransformer loaded = mlContext.Model.Load(demo.ModelFile, out _);

    // 4. Evaluate the loaded model on images that it was not trained with.
    IReadOnlyList<string> classNames = model.LastTransformer.ClassNames;
    IDataView scored = loaded.Transform(test!);
    MulticlassClassificationMetrics metrics = mlContext.MulticlassClassification.Evaluate(scored, topKPredictionCount: Math.Min(5, classNames.Count));
    Console.WriteLine($"The saved model, loaded again: {metrics.MicroAccuracy:P1} of the test images right, log-loss {metrics.LogLoss:F4}. Recall by class:");
    foreach ((int index, string name) in classNames.Index())
        Console.WriteLine($"  {name,-10}{metrics.ConfusionMatrix.PerClassRecall[index]:P1}");

    // 5. Predict: a predictor may be used from any number of threads, in a web server for example.
    using ResNeXtPredictor predictor = ResNeXtPredictor.Load(mlContext, demo.ModelFile);
    foreach (string file in demo.TestFiles(count: 3))
        Console.WriteLine($"  {file}: {predictor.Predict(file)}");

    // 6. Export: for programs without ML.NET.
    model.LastTransformer.SaveOnnx(demo.OnnxFile);
    demo.Report(mlContext, training, test!, model, loaded, metrics);

    // 7. Few images? Start from a network that was trained on ImageNet.
    FewImages.Compare(mlContext, training, test!, demo.StopToken);
});
