using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.ML;
using ResNeXt.Core.Training.LearningRate;
using ResNeXt.MLNet;
using ResNeXt.Tool.Data;
using ResNeXt.Tool.Output;
using ResNeXt.Tool.Scoring;
using ResNeXt.Tool.Weights;

namespace ResNeXt.Tool.Training;

/// <summary>The command <c>find-rate</c>, which proposes a learning rate and draws the curve that shows why.</summary>
internal static class FindRateCommand
{
    private static readonly LearningOptions Learning = new();
    private static readonly Option<string> Curve = new("--curve") { Description = "The picture to write, which shows the loss for each learning rate.", HelpName = "FILE.svg", Required = true };

    public static Command Create()
    {
        var command = new Command("find-rate", "Proposes a learning rate by training for some steps with growing rates. Use the same options as for train.") { Curve, MetricsFile.Option };
        Learning.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string picture = parsed.GetRequiredValue(Curve);
        OutputFile.Check(picture);
        MetricsFile.Check(parsed);
        OutputFile.CheckDifferent(parsed, Curve, MetricsFile.Option);
        ILabeledImages images = Learning.Images(parsed);
        var mlContext = new MLContext(Learning.Seed(parsed));
        ResNeXtTrainer.Options options = Learning.Of(parsed, images.Count, out StartingWeights weights);
        if (weights.Announcement is { } announcement)
            Console.WriteLine(announcement);
        LearningRateCurve curve = Find(mlContext, images, options);
        SelfCheckWarnings.Print();
        picture = OutputFile.Write(picture, path => LearningRatePicture.Write(curve, path));
        MetricsFile.Write(parsed, new JsonObject { ["proposedRate"] = curve.ProposedRate, ["points"] = MetricsFile.Node(curve.Points) });
        if (curve.ProposedRate is null)
            throw new InvalidOperationException($"{curve.Verdict} The curve is in {picture}.");
        Console.WriteLine(curve.Verdict);
        Console.WriteLine($"The curve is in {picture}.");
        return ExitCode.Done;
    }

    private static LearningRateCurve Find(MLContext mlContext, ILabeledImages images, ResNeXtTrainer.Options options)
    {
        using var interruption = new Interruption("Stopping after this step.");
        ResNeXtTrainer trainer = mlContext.MulticlassClassification.Trainers.ResNeXt(options with { CancellationToken = interruption.Token });
        return interruption.Run(
            () => trainer.FindLearningRate(SavedModels.WithKeys(mlContext, images, images.ClassNames, inParallel: true)), "Interrupted: no learning rate was found, and nothing is written.");
    }
}
