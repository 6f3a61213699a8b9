using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core.Onnx;
using ResNeXt.MLNet.Schema;

namespace ResNeXt.MLNet.Scoring;

/// <summary>The chain of stock transformers that scores with a classifier; the same for a fitted and for a loaded one.</summary>
internal static class ScoringChain
{
    private const string ProbabilitiesColumn = "ResNeXt.Probabilities";
    private const string ValueColumn = "ResNeXt.PredictedValue";

    /// <summary>How the graph inside the chain looks: columns of any name are copied to and from names that no tensor of the graph has.</summary>
    public static OnnxInterface Surface(ScoringColumns columns) => new()
    {
        Input = PixelColumn.Name,
        Layout = columns.Input.Layout,
        Score = ProbabilitiesColumn,
        PredictedLabel = PredictedClass.VectorColumn,
    };

    /// <summary>Builds the chain around a graph that was written with <see cref="Surface"/>.</summary>
    public static ITransformer Build(MLServices services, ScoringColumns columns, byte[] onnx)
    {
        OnnxInterface surface = Surface(columns);
        return new EstimatorChain<ITransformer>()
            .Append(PixelColumn.Steps(services, columns.Input))
            .Append(OnnxStep.Of(services, onnx, [surface.Input], [surface.Score, surface.PredictedLabel]))
            .Append(services.Transforms.CopyColumns(columns.Score, ProbabilitiesColumn))
            .Append(services.Transforms.CustomMapping(new PredictedClass().GetMapping(), PredictedClass.ContractName))
            .Append(columns.Labels.MapToKey(services, PredictedClass.ScalarColumn, columns.PredictedLabel, ValueColumn))
            .Append(services.Transforms.DropColumns([.. Temporary(columns)]))
            .Fit(PixelColumn.NoRows(services, columns.Input));
    }

    private static IEnumerable<string> Temporary(ScoringColumns columns) =>
    [
        .. PixelColumn.Temporary(columns.Input), ProbabilitiesColumn, PredictedClass.VectorColumn, PredictedClass.ScalarColumn,
        .. columns.Labels.IsText ? Array.Empty<string>() : [ValueColumn],
    ];
}
