using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet.Scoring;

/// <summary>The chain of stock transformers that scores with a classifier; the same for a fitted and for a loaded one.</summary>
internal static class ScoringChain
{
    private const string ProbabilitiesColumn = "ResNeXt.Probabilities";
    private const string ValueColumn = "ResNeXt.PredictedValue";

    /// <summary>How the graph inside the chain looks: columns of any name are copied to and from names that no tensor of the graph has.</summary>
    public static OnnxSignature Surface(ScoringColumns columns) => new()
    {
        Input = PixelColumn.Name,
        Layout = columns.Input.Layout,
        Score = ProbabilitiesColumn,
        PredictedLabel = PredictedClass.VectorColumn,
    };

    /// <summary>Builds the chain around a graph that was written with <see cref="Surface"/>.</summary>
    /// <param name="services">The context.</param>
    /// <param name="columns">What it reads and writes.</param>
    /// <param name="classNames">The names of the classes, in the order of the scores.</param>
    /// <param name="onnx">The graph.</param>
    public static NetworkChain Build(MLServices services, ScoringColumns columns, IReadOnlyList<string> classNames, byte[] onnx) =>
        NetworkChain.Build(services, columns.Input, nameof(ResNeXtTransformer), files => new EstimatorChain<ITransformer>()
            .Append(NetworkSteps.Of(services, files, columns.Input, onnx, ProbabilitiesColumn, classNames))
            .Append(services.Transforms.CopyColumns(columns.Score, NetworkSteps.NamedColumn))
            .Append(services.Transforms.CustomMapping(new PredictedClass().GetMapping(), PredictedClass.ContractName))
            .Append(columns.Labels.MapToKey(services, PredictedClass.ScalarColumn, columns.PredictedLabel, ValueColumn))
            .Append(services.Transforms.DropColumns([.. Temporary(columns)])));

    private static IEnumerable<string> Temporary(ScoringColumns columns) =>
    [
        .. NetworkSteps.Temporary(columns.Input), ProbabilitiesColumn, PredictedClass.ScalarColumn,
        .. columns.Labels.IsText ? Array.Empty<string>() : [ValueColumn],
    ];
}
