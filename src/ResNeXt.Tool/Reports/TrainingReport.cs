using System.CommandLine;
using Microsoft.ML;
using ResNeXt.MLNet;
using ResNeXt.MLNet.Reports;
using ResNeXt.Tool.Data;
using ResNeXt.Tool.Output;
using ResNeXt.Tool.Scoring;

namespace ResNeXt.Tool.Reports;

/// <summary>The option <c>--report</c> of <c>train</c>, which writes a page about the training and the validation images.</summary>
internal static class TrainingReport
{
    public static Option<string?> Option { get; } = new("--report")
    {
        Description = "HTML page to write: learning curves, and how the model does on the validation images.",
        HelpName = "FILE.html",
    };

    /// <summary>Throws if the file cannot be written. Call it before the work.</summary>
    public static void Check(ParseResult parsed)
    {
        if (parsed.GetValue(Option) is { } path)
            OutputFile.Check(path);
    }

    /// <summary>Writes the page if the option is given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="mlContext">The context.</param>
    /// <param name="options">The settings of the training.</param>
    /// <param name="training">The training images.</param>
    /// <param name="validation">The validation images; null if there are none.</param>
    /// <param name="scored">The validation images as the saved model scored them; null if there are none.</param>
    /// <param name="model">The model.</param>
    /// <param name="modelZip">The file with the model.</param>
    /// <returns>The full path of the page; null if the option is not given.</returns>
    public static string? Write(
        ParseResult parsed, MLContext mlContext, ResNeXtTrainer.Options options, ILabeledImages training, ILabeledImages? validation,
        ScoredImages? scored, ResNeXtTransformer model, string modelZip)
    {
        if (parsed.GetValue(Option) is not { } path)
            return null;
        var report = new ModelReport
        {
            Title = $"Training of {Path.GetFileName(modelZip)}",
            Classification = scored is null ? null : ReportContents.Classification(mlContext, scored.Rows, validation!),
            Epochs = model.Epochs,
            Calibration = model.Calibration,
            Network = ReportContents.Network(modelZip),
            Settings = [.. TrainingSettings.Of(options, model.Architecture, training, validation)],
            Command = CommandText.Of(parsed),
        };
        return OutputFile.Write(path, report.SaveHtml);
    }
}
