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
    private static readonly LabeledImagesOptions Validation = LabeledImagesOptions.Validation();
    private static readonly Option<string> Output = new("--output") { Description = "The model to write.", HelpName = "MODEL.zip", Required = true };
    private static readonly Option<string?> Arch = new("--arch") { Description = $"The network; default {Defaults.Architecture}, or resnet20_cifar for CIFAR files.", HelpName = "NAME" };
    private static readonly Option<int?> ImageSize = new("--image-size") { Description = "Side of the images in pixels; default 224 (32 for *_cifar).", HelpName = "N" };
    private static readonly RecipeOptions Recipe = new();
    private static readonly Option<float?> ValidationFraction = new("--validation-fraction") { Description = "Part of the images to set aside for choosing the best epoch.", HelpName = "X" };
    private static readonly Option<string?> Weights = new("--weights") { Description = "Weights to start from.", HelpName = "FILE" };
    private static readonly Option<int> Seed = new("--seed") { Description = "Decides weights, order and augmentation.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private static readonly Option<string?> Checkpoint = new("--checkpoint") { Description = "A folder to keep the state in.", HelpName = "DIR" };
    private static readonly Option<bool> Resume = new("--resume") { Description = "Go on from what the checkpoint folder holds." };

    public static Command Create()
    {
        var command = new Command("train", "Trains a classifier on labelled images.") { Output, Arch, ImageSize, ValidationFraction, Weights, Seed, Checkpoint, Resume, MetricsFile.Option };
        Images.AddTo(command);
        Validation.AddTo(command);
        Recipe.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string output = parsed.GetRequiredValue(Output);
        OutputFile.Check(output);
        MetricsFile.Check(parsed);
        ILabeledImages images = Images.Open(parsed)!;
        (ILabeledImages training, ILabeledImages? validation) = Split(images, parsed);
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
        foreach (string warning in model.TrainingWarnings)
            Console.Error.WriteLine(warning);
        return model.Epochs.Count < options.MaxEpochs ? CommandRun.Partly : CommandRun.Done;
    }

    private static ResNeXtTrainer.Options Options(ParseResult parsed)
    {
        string architecture = parsed.GetValue(Arch) ?? (Images.IsCifar(parsed) ? "resnet20_cifar" : Defaults.Architecture);
        return Recipe.Apply(parsed, new()
        {
            FeatureColumnName = nameof(LabeledImage.Image),
            Architecture = architecture,
            ImageSize = parsed.GetValue(ImageSize),
            InitialWeights = parsed.GetValue(Weights),
            Seed = parsed.GetValue(Seed),
            CheckpointDirectory = parsed.GetValue(Checkpoint),
            Resume = parsed.GetValue(Resume),
        });
    }

    private static (ILabeledImages Training, ILabeledImages? Validation) Split(ILabeledImages images, ParseResult parsed)
    {
        ILabeledImages? validation = Validation.Open(parsed);
        if (parsed.GetValue(ValidationFraction) is not { } fraction)
            return (images, validation);
        if (validation is not null)
            throw new ArgumentException("Both a validation set and --validation-fraction are given; give one of them.");
        if (!(fraction is > 0 and < 1))
            throw new ArgumentException($"--validation-fraction is {fraction}; it must be above 0 and below 1.");
        return LabeledSubset.Split(images, fraction, parsed.GetValue(Seed));
    }
}
