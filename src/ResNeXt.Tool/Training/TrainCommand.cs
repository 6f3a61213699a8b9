using System.CommandLine;
using Microsoft.ML;
using ResNeXt.Core;
using ResNeXt.Core.Distributed;
using ResNeXt.MLNet;
using ResNeXt.Tool.Data;
using ResNeXt.Tool.Output;
using ResNeXt.Tool.Parsing;
using ResNeXt.Tool.Reports;
using ResNeXt.Tool.Scoring;
using ResNeXt.Tool.Weights;

namespace ResNeXt.Tool.Training;

/// <summary>The command <c>train</c>, which trains a classifier and saves it.</summary>
internal static class TrainCommand
{
    private static readonly LearningOptions Learning = new();
    private static readonly ValidationOptions Validation = new("Images to choose the best epoch by", "Fraction of the images to set aside for choosing the best epoch.");
    private static readonly Option<bool> TestTimeFlip = new("--test-time-flip")
    {
        Description = "Let the model score every image together with its mirror image: often a little more accurate, twice the time.",
    };
    private static readonly Option<bool> Calibrate = new("--calibrate-probabilities") { Description = "Calibrate the probabilities on the validation images (temperature scaling)." };
    private static readonly Option<string> Output = new("--output") { Description = "The model to write.", HelpName = "MODEL.zip", Required = true };
    private static readonly Option<string?> Checkpoint = new("--checkpoint") { Description = "Folder to save the training state in.", HelpName = "DIR" };
    private static readonly Option<double> CheckpointMinutes = new("--checkpoint-minutes") { Description = "Minutes after which the state is also saved within an epoch.", HelpName = "X", DefaultValueFactory = _ => new ResNeXtTrainer.Options().CheckpointMinutes };
    private static readonly Option<bool> Resume = new("--resume") { Description = "Continue from the state in the checkpoint folder." };
    private static readonly GroupOptions Group = new();
    private static readonly Option<string?> Sheet = new("--contact-sheet") { Description = "Picture to write before training: some images as the network will see them.", HelpName = "FILE.png" };

    public static Command Create()
    {
        var command = new Command("train", "Trains a classifier on labeled images.")
        {
            Output, Checkpoint, CheckpointMinutes, Resume, Calibrate, TestTimeFlip, Sheet, TrainingReport.Option, MetricsFile.Option,
        };
        Learning.AddTo(command);
        Validation.AddTo(command);
        Group.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        using ProcessGroup group = Group.Join(parsed);
        RankOutput.Begin(group);
        try
        {
            return Run(parsed, group);
        }
        catch (Exception exception) when (group.Size > 1)
        {
            RankOutput.Fail(group, exception);
            throw;
        }
    }

    private static int Run(ParseResult parsed, ProcessGroup group)
    {
        string output = parsed.GetRequiredValue(Output);
        string? sheet = group.Rank == 0 ? parsed.GetValue(Sheet) : null;
        if (group.Rank == 0)
        {
            OutputFile.Check(output);
            MetricsFile.Check(parsed);
            TrainingReport.Check(parsed);
            if (sheet is not null)
                OutputFile.Check(sheet);
            OutputFile.CheckDifferent(parsed, Output, MetricsFile.Option, TrainingReport.Option, Sheet);
        }
        (ILabeledImages training, ILabeledImages? validation) = Validation.Split(parsed, Learning.Images(parsed), Learning.Seed(parsed));
        var mlContext = new MLContext(Learning.Seed(parsed));
        using TrainingDisplay display = group.Rank == 0 ? new() : new(terminal: null);
        using var interruption = new Interruption("Stopping after this batch, with the best epoch so far.", sentence =>
        {
            if (!RankOutput.EndAfterDeath(group, Resumption(parsed.GetValue(Checkpoint))) && group.Rank == 0)
                display.Say(sentence);
        });
        ResNeXtTrainer.Options options = Group.Apply(parsed, Learning.Of(parsed, training.Count, out StartingWeights weights), group) with
        {
            CheckpointDirectory = parsed.GetValue(Checkpoint),
            CheckpointMinutes = parsed.GetValue(CheckpointMinutes),
            Resume = parsed.GetValue(Resume),
            CalibrateProbabilities = parsed.GetValue(Calibrate),
            TestTimeFlip = parsed.GetValue(TestTimeFlip),
            ValidationSet = validation is null ? null : SavedModels.WithKeys(mlContext, validation, validation.ClassNames, inParallel: true),
            Progress = display,
            BatchProgress = display,
            StopToken = interruption.Token,
        };
        Architecture network = weights.Unnamed ?? Architectures.Get(options.Architecture);
        if (group.Rank == 0)
            CheckSpace(output, network, training.ClassNames.Count);
        ResNeXtTrainer trainer = mlContext.MulticlassClassification.Trainers.ResNeXt(options);
        if (weights.Announcement is { } announcement)
            display.Show(announcement);
        display.Show($"Training {network.Name} on {training.Count} images of {training.ClassNames.Count} classes"
            + $"{(validation is null ? "" : $", {validation.Count} to choose the best epoch by")}"
            + $"{(group.Size == 1 ? "" : $", in {group.Size} processes ({group.Description})")}.");
        using ResNeXtTransformer model = Fit(trainer, SavedModels.WithKeys(mlContext, training, training.ClassNames, inParallel: true), options, sheet);
        // The others are done; rank 0 goes on alone.
        int exitCode = model.Epochs.Count < options.MaxEpochs ? ExitCode.Partly : ExitCode.Done;
        group.Dispose();
        if (group.Rank > 0)
            return exitCode;
        string saved = OutputFile.Write(output, path => SavedModels.Save(mlContext, model, path));
        using SavedClassifier? classifier = validation is null ? null
            : AfterSaving("it could not be scored", () => SavedClassifier.Load(mlContext, saved, validation.ToDataView(mlContext)));
        ScoredImages? scored = classifier is null ? null
            : AfterSaving("it could not be scored", () => SavedModels.Score(mlContext, classifier, validation!));
        display.Dispose();
        if (scored is not null)
            Console.WriteLine($"Validation, scored with the saved model: {scored.Evaluation}");
        if (model.Calibration is { } calibration)
            Console.WriteLine($"{calibration}{(calibration is { IsApplied: false, Temperature: not 1 } ? $" Use it with {Calibrate.Name}." : "")}");
        Console.WriteLine($"The model is in {saved}.");
        MetricsFile.Write(parsed, scored?.Evaluation, model.ClassNames, model.Epochs);
        string? report = AfterSaving(
            "the report could not be made", () => TrainingReport.Write(parsed, mlContext, options, training, validation, scored, model, saved));
        if (report is not null)
            Console.WriteLine($"The report is in {report}.");
        foreach (string warning in model.TrainingWarnings)
            Console.Error.WriteLine(OptionWords.Translate(warning, parsed.CommandResult.Command));
        if (interruption.Token.IsCancellationRequested)
            Console.Error.Write(Resumption(options.CheckpointDirectory));
        return exitCode;
    }

    private static ResNeXtTransformer Fit(ResNeXtTrainer trainer, IDataView rows, ResNeXtTrainer.Options options, string? sheet)
    {
        try
        {
            if (sheet is not null)
                trainer.SaveContactSheet(rows, sheet);
            return trainer.Fit(rows);
        }
        catch (RankFailedException exception) when (Resumption(options.CheckpointDirectory) is { Length: > 0 } resumption)
        {
            throw new RankFailedException(exception, resumption.TrimEnd());
        }
        catch (OperationCanceledException exception)
        {
            throw new OperationCanceledException(
                $"Interrupted before the first epoch had ended: there is nothing to keep, and no model is written. {Resumption(options.CheckpointDirectory)}".TrimEnd(), exception);
        }
    }

    // The saved model and the temporary file that it is scored from have four bytes per parameter, and little else.
    private static void CheckSpace(string output, Architecture architecture, int classes)
    {
        long bytes = 4 * architecture.ParameterCount(classes);
        OutputFile.Check(output, bytes);
        if (Directory.Exists(Path.GetTempPath()))
            OutputFile.CheckSpace(Path.GetTempPath(), bytes, "the temporary file of the trained model");
    }

    // A failure, for example because an image cannot be read any more or the temporary folder is full, loses only the figures.
    private static T? AfterSaving<T>(string failure, Func<T?> work) where T : class
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is not OperationCanceledException && Mistake.Explain(exception) is { } reason)
        {
            Console.Error.WriteLine($"The model is saved, but {failure}: {reason}");
            CommandRun.MarkPartial();
            return null;
        }
    }

    // Before training starts, there is no state to resume from.
    private static string Resumption(string? checkpoints) =>
        checkpoints is { } folder && Directory.Exists(folder) && Directory.EnumerateFiles(folder).Any()
            ? $"The state is in {Path.GetFullPath(folder)}; go on with --resume.{Environment.NewLine}"
            : "";
}
