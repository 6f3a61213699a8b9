using System.CommandLine;
using Microsoft.ML;
using ResNeXt.MLNet.Reports;
using ResNeXt.Tool.Data;
using ResNeXt.Tool.Output;
using ResNeXt.Tool.Scoring;

namespace ResNeXt.Tool.Reports;

/// <summary>The command <c>report</c>, which writes a page about a saved model and labeled images.</summary>
internal static class ReportCommand
{
    private static readonly LabeledImagesOptions Images = LabeledImagesOptions.Images("Images to score");
    private static readonly Option<string> Model = new("--model")
    {
        Description = "A saved model of any image classifier.",
        HelpName = "MODEL.zip",
        Required = true,
    };

    private static readonly Option<string> Output = new("--output") { Description = "The page to write.", HelpName = "FILE.html", Required = true };

    public static Command Create()
    {
        var command = new Command("report", "Writes an HTML page that shows how a saved model does on labeled images.") { Model, Output };
        Images.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string output = parsed.GetRequiredValue(Output), model = parsed.GetRequiredValue(Model);
        OutputFile.Check(output);
        ILabeledImages images = Images.Open(parsed)!;
        var mlContext = new MLContext(seed: 1);
        using SavedClassifier classifier = SavedClassifier.Load(mlContext, model, images.ToDataView(mlContext));
        ScoredImages scored = SavedModels.Score(mlContext, classifier, images);
        Console.WriteLine(scored.Evaluation);
        new ModelReport
        {
            Title = $"{Path.GetFileName(model)} on {images.Count} images",
            Classification = ReportContents.Classification(mlContext, scored.Rows, images),
            Network = ReportContents.Network(model),
            Command = CommandText.Of(parsed),
        }.SaveHtml(output);
        Console.WriteLine($"The report is in {Path.GetFullPath(output)}.");
        return ExitCode.Done;
    }
}
