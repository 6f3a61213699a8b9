using System.CommandLine;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using ResNeXt.Core.Files;
using ResNeXt.MLNet;
using ResNeXt.MLNet.Experiments;
using ResNeXt.MLNet.Schema;
using ResNeXt.MLNet.Scoring;
using ResNeXt.Tool.Data;
using ResNeXt.Tool.Output;
using ResNeXt.Tool.Parsing;
using ResNeXt.Tool.Scoring;
using ResNeXt.Tool.Training;

namespace ResNeXt.Tool.Comparison;

/// <summary>The command <c>compare</c>, which trains different classifiers on the same images and ranks them.</summary>
internal static class CompareCommand
{
    private const int FolderImageSize = 64, CifarImageSize = 32, MaximumImageSize = 8192;
    private const double SetAside = 0.2;

    private static readonly ImageExperimentOptions Defaults = new();
    private static readonly LabeledImagesOptions Images = LabeledImagesOptions.Images("Training images");
    private static readonly ValidationOptions Validation = new("Images to rank by", "Fraction of the images to set aside for ranking; default 0.2.");
    private static readonly Option<string> Candidates = new("--candidates") { Description = "Classifiers to try: linear, kernel and names of networks, separated by commas.", HelpName = "A,B,C", DefaultValueFactory = _ => CompareCandidates.Default };
    private static readonly Option<int?> ImageSize = new("--image-size") { Description = "Side of the images in pixels; default 64 (32 for CIFAR files).", HelpName = "N" };
    private static readonly Option<uint> Time = new("--time") { Description = "Time limit in seconds; networks are stopped at once, linear and kernel only when they have finished.", HelpName = "SECONDS", DefaultValueFactory = _ => 600 };
    private static readonly Option<int> Epochs = new("--epochs") { Description = "Passes over the images in the last round; a first round trains all networks for a third of them.", HelpName = "N", DefaultValueFactory = _ => Defaults.MaxEpochs };
    private static readonly Option<int> Configurations = new("--configurations") { Description = "Settings to try for every network: the defaults, and others drawn at random.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> Seed = new("--seed") { Description = "Seed of all random numbers.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private static readonly Option<string?> Output = new("--output") { Description = "The file to write the best model to.", HelpName = "MODEL.zip" };

    public static Command Create()
    {
        var command = new Command("compare", "Trains different classifiers on the same images and ranks them.") { Candidates, ImageSize, Time, Epochs, Configurations, Seed, RecipeOptions.ThreadsOption, Output, MetricsFile.Option };
        Images.AddTo(command);
        Validation.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        if (parsed.GetValue(Epochs) is < 1 and var epochs)
            throw new ArgumentException($"--epochs is {epochs}; it must be at least 1.");
        // A network checks them too, but there may be none among the candidates.
        if (parsed.GetValue(ImageSize) is < 1 or > MaximumImageSize)
            throw new ArgumentException($"--image-size is {parsed.GetValue(ImageSize)}; it must be between 1 and {MaximumImageSize}.");
        if (parsed.GetValue(RecipeOptions.ThreadsOption) is < 1)
            throw new ArgumentException($"--threads is {parsed.GetValue(RecipeOptions.ThreadsOption)}; it must be at least 1, or left out for all processors.");
        var candidates = CompareCandidates.Parse(parsed.GetRequiredValue(Candidates));
        if (parsed.GetValue(Output) is { } output)
            OutputFile.Check(output);
        MetricsFile.Check(parsed);
        OutputFile.CheckDifferent(parsed, Output, MetricsFile.Option);
        using var interruption = new Interruption("Ending the experiment, to rank what is finished; linear and kernel cannot be interrupted.");
        using ImageExperimentResult result = Execute(parsed, candidates, interruption.Token);
        Show(result, parsed);
        if (parsed.GetValue(MetricsFile.Option) is { } metrics)
            OutputFile.Write(metrics, path => AtomicFile.Write(path, System.Text.Encoding.UTF8.GetBytes(result.ToJson())));
        if (result.BestRun is not { Model: { } model } best)
        {
            throw interruption.Token.IsCancellationRequested
                ? new OperationCanceledException("Interrupted before a candidate was finished: there is nothing to rank, and no model is written.")
                : new InvalidOperationException($"No candidate was finished; the first says: {result.RunDetails[0].Exception?.Message}");
        }
        string? saved = Save(parsed, model);
        Console.WriteLine($"The best is {best.TrainerName}{(saved is null ? "" : $"; its model is in {saved}")}.");
        return interruption.Token.IsCancellationRequested ? ExitCode.Partly : ExitCode.Done;
    }

    private static ImageExperimentResult Execute(ParseResult parsed, CompareCandidates candidates, CancellationToken cancellation)
    {
        (ILabeledImages training, ILabeledImages? validation) = Validation.Split(parsed, Images.Open(parsed)!, parsed.GetValue(Seed), SetAside);
        var mlContext = new MLContext(parsed.GetValue(Seed));
        mlContext.Log += ShowStarts;
        int imageSize = parsed.GetValue(ImageSize) ?? (Images.IsCifar(parsed) ? CifarImageSize : FolderImageSize);
        ImageExperiment experiment = mlContext.MulticlassClassification.CreateImageExperiment(Settings(parsed, candidates, imageSize, cancellation));
        foreach ((string name, IEstimator<ITransformer> pipeline) in candidates.Others(mlContext))
            experiment.Add(name, pipeline);
        Console.WriteLine($"{training.Count} images to learn from, {validation!.Count} to rank by, {training.ClassNames.Count} classes.");
        return experiment.Execute(
            SavedModels.WithKeys(mlContext, training, training.ClassNames), SavedModels.WithKeys(mlContext, validation, training.ClassNames), new Lines(parsed));
    }

    private static ImageExperimentOptions Settings(ParseResult parsed, CompareCandidates candidates, int imageSize, CancellationToken cancellation)
    {
        int epochs = parsed.GetValue(Epochs);
        return new()
        {
            Architectures = candidates.Architectures,
            ConfigurationsPerArchitecture = parsed.GetValue(Configurations),
            MaxExperimentTimeInSeconds = parsed.GetValue(Time),
            CancellationToken = cancellation,
            Seed = parsed.GetValue(Seed),
            MinEpochs = (epochs + 2) / 3,
            MaxEpochs = epochs,
            Trainer = new() { FeatureColumnName = nameof(LabeledImage.Image), ImageSize = imageSize, Threads = parsed.GetValue(RecipeOptions.ThreadsOption) },
        };
    }

    private static void Show(ImageExperimentResult result, ParseResult parsed)
    {
        if (Terminal.Find() is { } terminal)
            terminal.Write(RankingTable.Of(result.RunDetails, exception => InItsWords(exception, parsed)));
        else
            Console.WriteLine(OptionWords.Translate(result.ToTable(), parsed.CommandResult.Command));
    }

    private static string InItsWords(Exception exception, ParseResult parsed) => OptionWords.Translate(exception.Message, parsed.CommandResult.Command);

    // Shows the messages of the experiment: which candidate starts, and which takes too long.
    private static void ShowStarts(object? sender, LoggingEventArgs message)
    {
        if (message.Source == nameof(ImageExperiment))
            (message.Kind == ChannelMessageKind.Warning ? Console.Error : Console.Out).WriteLine(message.RawMessage);
    }

    private static string? Save(ParseResult parsed, ITransformer model) => parsed.GetValue(Output) is { } output
        ? OutputFile.Write(output, path => SavedModels.Save(new MLContext(), model, path))
        : null;

    private sealed class Lines(ParseResult parsed) : IProgress<ImageExperimentRun>
    {
        public void Report(ImageExperimentRun value) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{value.TrainerName}{(value.Epochs is { } epochs ? $", {epochs} epochs" : "")}: "
            + $"{(value.Exception is null ? null : InItsWords(value.Exception, parsed)) ?? $"accuracy {value.ValidationMetrics!.MicroAccuracy:P2}"} ({value.RuntimeInSeconds:F1} s)"));
    }
}
