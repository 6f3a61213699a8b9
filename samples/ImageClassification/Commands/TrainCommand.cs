using System.CommandLine;
using ImageClassification.Data;
using Microsoft.ML;
using ResNeXt.Core;
using ResNeXt.MLNet;

namespace ImageClassification.Commands;

/// <summary><c>train</c>: from labelled images to a saved model.</summary>
internal static class TrainCommand
{
    private static readonly ResNeXtTrainer.Options Defaults = new();
    private static readonly LabeledImagesOptions Images = LabeledImagesOptions.Images("Training images");
    private static readonly ValidationOptions Validation = new("Images to choose the best epoch by", "Part of the images to set aside for choosing the best epoch.");
    private static readonly Option<string> Output = new("--output") { Description = "The model to write.", HelpName = "MODEL.zip", Required = true };
    private static readonly Option<string?> Arch = new("--arch") { Description = $"The network; default {Defaults.Architecture}, or resnet20_cifar for CIFAR files.", HelpName = "NAME" };
    private static readonly Option<int?> ImageSize = new("--image-size") { Description = "Side of the images in pixels; default 224 (32 for *_cifar).", HelpName = "N" };
    private static readonly Option<int> Epochs = new("--epochs") { Description = "Passes over the images.", HelpName = "N", DefaultValueFactory = _ => Defaults.MaxEpochs };
    private static readonly Option<int> BatchSize = new("--batch-size") { Description = "Images a step.", HelpName = "N", DefaultValueFactory = _ => Defaults.BatchSize };
    private static readonly Option<float> LearningRate = new("--learning-rate") { Description = "Rate after warm-up.", HelpName = "X", DefaultValueFactory = _ => Defaults.LearningRate };
    private static readonly Option<string?> Weights = new("--weights") { Description = "Weights to start from.", HelpName = "FILE" };
    private static readonly Option<int> Seed = new("--seed") { Description = "Decides weights, order and augmentation.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private static readonly Option<string?> Checkpoint = new("--checkpoint") { Description = "A folder to keep the state in.", HelpName = "DIR" };
    private static readonly Option<bool> Resume = new("--resume") { Description = "Go on from what the checkpoint folder holds." };

    public static Command Create()
    {
        var command = new Command("train", "Trains a classifier on labelled images.") { Output, Arch, ImageSize, Epochs, BatchSize, LearningRate, Weights, Seed, Checkpoint, Resume, MetricsFile.Option };
        Images.AddTo(command);
        Validation.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string output = parsed.GetRequiredValue(Output);
        OutputFile.Check(output);
        MetricsFile.Check(parsed);
        (ILabeledImages training, ILabeledImages? validation) = Validation.Split(parsed, Images.Open(parsed)!, parsed.GetValue(Seed));
        var mlContext = new MLContext(parsed.GetValue(Seed));
        using var display = new TrainingDisplay();
        ResNeXtTrainer.Options options = Options(parsed) with
        {
            ValidationSet = validation is null ? null : Scoring.WithKeys(mlContext, validation, validation.ClassNames),
            Progress = display,
        };
        using ResNeXtTransformer model = mlContext.MulticlassClassification.Trainers.ResNeXt(options)
            .Fit(Scoring.WithKeys(mlContext, training, training.ClassNames));
        Scoring.Save(mlContext, model, output);
        Evaluation? evaluation = validation is null ? null : Scoring.Evaluate(mlContext, output, validation);
        display.Dispose();
        if (evaluation is not null)
            Console.WriteLine($"Validation, scored with the saved model: {evaluation}");
        Console.WriteLine($"The model is in {Path.GetFullPath(output)}.");
        MetricsFile.Write(parsed, evaluation, model.ClassNames, model.Epochs);
        return CommandRun.Done;
    }

    private static ResNeXtTrainer.Options Options(ParseResult parsed) => new()
    {
        FeatureColumnName = nameof(LabeledImage.Image),
        Architecture = parsed.GetValue(Arch) ?? (Images.IsCifar(parsed) ? "resnet20_cifar" : Defaults.Architecture),
        ImageSize = parsed.GetValue(ImageSize),
        MaxEpochs = parsed.GetValue(Epochs),
        BatchSize = parsed.GetValue(BatchSize),
        LearningRate = parsed.GetValue(LearningRate),
        InitialWeights = parsed.GetValue(Weights),
        Seed = parsed.GetValue(Seed),
        CheckpointDirectory = parsed.GetValue(Checkpoint),
        Resume = parsed.GetValue(Resume),
    };
}
