using System.CommandLine;
using ResNeXt.Core.Quantization;

namespace ResNeXt.Tool.Export;

/// <summary>The options of the commands that quantize.</summary>
internal sealed class QuantizationCommandOptions
{
    private readonly Option<CalibrationMethod> _method = new("--method") { Description = "How to choose the ranges of activations.", DefaultValueFactory = _ => CalibrationMethod.Automatic };
    private readonly Option<bool> _firstLayer = new("--float32-first-layer") { Description = "Keep the first convolution in float32." };
    private readonly Option<bool> _classifier = new("--float32-classifier") { Description = "Keep the last layer in float32." };
    private readonly Option<double> _loss = new("--max-accuracy-loss") { Description = "Largest loss of accuracy on images held back; layers stay in float32 until it is met.", HelpName = "X", DefaultValueFactory = _ => new QuantizationOptions().MaximumAccuracyLoss };

    /// <summary>All options.</summary>
    public IEnumerable<Option> All => [_method, _firstLayer, _classifier, _loss];

    public void AddTo(Command command)
    {
        foreach (Option option in All)
            command.Add(option);
    }

    public QuantizationOptions Read(ParseResult parsed, int? seed = null) => new()
    {
        Method = parsed.GetValue(_method),
        QuantizeFirstLayer = !parsed.GetValue(_firstLayer),
        QuantizeClassifier = !parsed.GetValue(_classifier),
        MaximumAccuracyLoss = parsed.GetValue(_loss),
        Seed = seed ?? new QuantizationOptions().Seed,
    };
}
