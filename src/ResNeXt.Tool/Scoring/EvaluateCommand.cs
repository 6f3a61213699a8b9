using System.CommandLine;
using Microsoft.ML;
using ResNeXt.Core.Weights.Pretrained;
using ResNeXt.MLNet;
using ResNeXt.MLNet.Scoring;
using ResNeXt.Tool.Data;
using ResNeXt.Tool.Output;
using ResNeXt.Tool.Parsing;
using ResNeXt.Tool.Training;
using ResNeXt.Tool.Weights;

namespace ResNeXt.Tool.Scoring;

/// <summary>The command <c>evaluate</c>, which measures the accuracy of a saved model or of pretrained weights.</summary>
internal static class EvaluateCommand
{
    private static readonly LabeledImagesOptions Images = LabeledImagesOptions.Images("Images to score");
    private static readonly Option<string?> Model = new("--model") { Description = "A saved model of any image classifier.", HelpName = "MODEL.zip" };
    private static readonly Option<string?> Arch = NamedChoice.Architecture("The network that --weights is for.");
    private static readonly WeightsCommandOptions Weights = new("Trained weights: a file, pretrained, or a name such as torchvision:resnet50.IMAGENET1K_V2.");
    private static readonly Option<int?> ImageSize = new("--image-size") { Description = "Side of the images in pixels, with --arch; default what the file says, else 224 (32 for *_cifar).", HelpName = "N" };
    private static readonly MeanAndStd Pixels = new("default that of the file, else ImageNet's");

    public static Command Create()
    {
        var command = new Command("evaluate", "Measures the accuracy of a saved model or pretrained weights on labeled images.") { Model, Arch, ImageSize, MetricsFile.Option };
        Weights.AddTo(command);
        Images.AddTo(command);
        Pixels.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        MetricsFile.Check(parsed);
        OutputFile.CheckDifferent(parsed, Model, MetricsFile.Option);
        using var interruption = new Interruption("Stopping after this image.");
        ILabeledImages images = new InterruptibleImages(Images.Open(parsed)!, interruption.Token);
        var mlContext = new MLContext(seed: 1);
        using SavedClassifier classifier = Open(mlContext, parsed, images);
        Evaluation evaluation = interruption.Run(
            () => SavedModels.Evaluate(mlContext, classifier, images), "Interrupted: not all images are scored, so there are no figures.");
        Console.WriteLine(evaluation);
        MetricsFile.Write(parsed, evaluation, classifier.ClassNames);
        return ExitCode.Done;
    }

    private static SavedClassifier Open(MLContext mlContext, ParseResult parsed, ILabeledImages images)
    {
        if (parsed.GetValue(Model) is not null)
            UnusedOptions.Refuse(parsed, $"the model of {Model.Name} has its own", [ImageSize, .. Pixels.All]);
        return (parsed.GetValue(Model), parsed.GetValue(Arch), Weights.Given(parsed)) switch
        {
            ({ } model, null, null) => SavedClassifier.Load(mlContext, model, images.ToDataView(mlContext)),
            (null, { } arch, { } weights) => SavedClassifier.Of(ResNeXtTransformer.FromWeights(mlContext, arch, weights, Options(parsed, images))),
            (null, null, { } weights) when PretrainedWeights.IsName(weights) =>
                SavedClassifier.Of(ResNeXtTransformer.FromWeights(mlContext, weights, Options(parsed, images))),
            _ => throw new ArgumentException("Give either --model MODEL.zip, or --arch NAME and --weights FILE."),
        };
    }

    private static WeightsOptions Options(ParseResult parsed, ILabeledImages images) => new()
    {
        ImageClassNames = images.ClassNames,
        FeatureColumnName = nameof(LabeledImage.Image),
        FeatureIsImage = true,
        ImageSize = parsed.GetValue(ImageSize),
        Normalization = Pixels.Read(parsed),
        Pretrained = Weights.Pretrained(parsed),
    };
}
