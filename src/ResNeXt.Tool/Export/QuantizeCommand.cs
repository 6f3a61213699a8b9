using System.CommandLine;
using Microsoft.ML;
using ResNeXt.Core.Quantization;
using ResNeXt.MLNet;
using ResNeXt.Tool.Data;
using ResNeXt.Tool.Output;
using ResNeXt.Tool.Scoring;

namespace ResNeXt.Tool.Export;

/// <summary>The command <c>quantize</c>, which converts a saved model to int8.</summary>
internal static class QuantizeCommand
{
    private static readonly LabeledImagesOptions Images = LabeledImagesOptions.Images("Images to calibrate on, of which at most 500 are drawn at random");
    private static readonly QuantizationCommandOptions Quantization = new();
    private static readonly Option<string> Model = new("--model") { Description = "A saved model.", HelpName = "MODEL.zip", Required = true };
    private static readonly Option<string> Output = new("--output") { Description = "The model to write.", HelpName = "INT8.zip", Required = true };

    public static Command Create()
    {
        var command = new Command("quantize", "Converts a saved model to int8.") { Model, Output, MetricsFile.Option };
        Images.AddTo(command);
        Quantization.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string output = parsed.GetRequiredValue(Output);
        OutputFile.Check(output);
        MetricsFile.Check(parsed);
        OutputFile.CheckDifferent(parsed, Output, MetricsFile.Option);
        using var interruption = new Interruption("Stopping after this batch.");
        QuantizationOptions options = Quantization.Read(parsed) with { CancellationToken = interruption.Token };
        var mlContext = new MLContext(options.Seed);
        using ResNeXtTransformer model = ResNeXtTransformer.Load(mlContext, parsed.GetRequiredValue(Model));
        ILabeledImages images = Images.Open(parsed)!;
        using ResNeXtTransformer quantized = interruption.Run(
            () => SavedModels.Quantize(mlContext, model, images, options), "Interrupted: the model is not quantized, and nothing is written.");
        string saved = OutputFile.Write(output, path => SavedModels.SaveCompressed(mlContext, quantized, path));
        Console.WriteLine(quantized.Quantization);
        Console.WriteLine($"The model is in {saved}.");
        MetricsFile.Write(parsed, QuantizationMetrics.Of(quantized.Quantization!, quantized.ClassNames));
        return ExitCode.Done;
    }
}
