using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Scoring.Columns;
using ResNeXt.MLNet.Scoring.Mappings;

namespace ResNeXt.MLNet.Scoring;

/// <summary>The chain of transformers that scores with a classifier, for one that was just trained and for a loaded one.</summary>
internal static class ScoringChain
{
    // Temporary columns. Part of saved models: never changed.
    private const string ProbabilitiesColumn = "ResNeXt.Probabilities";
    private const string ValueColumn = "ResNeXt.PredictedValue";

    /// <summary>
    /// The names of inputs and outputs of the graph inside the chain. No tensor of a network has these names; the user's columns, which may have any
    /// name, are copied to and from them.
    /// </summary>
    /// <param name="columns">The columns that the chain reads and writes.</param>
    public static OnnxSignature Signature(ScoringColumns columns) => new()
    {
        Input = PixelColumn.Name,
        Layout = columns.Input.Layout,
        Score = ProbabilitiesColumn,
        PredictedLabel = PredictedClass.VectorColumn,
    };

    /// <summary>Builds the chain.</summary>
    /// <param name="services">The context.</param>
    /// <param name="columns">The columns that the chain reads and writes.</param>
    /// <param name="classNames">The names of the classes, in the order of the scores.</param>
    /// <param name="onnx">The network as an ONNX model with the <see cref="Signature"/> for these columns.</param>
    /// <param name="owner">The name of the type that the user disposes of, for messages.</param>
    public static NetworkChain Build(MLServices services, ScoringColumns columns, IReadOnlyList<string> classNames, byte[] onnx, string owner) =>
        NetworkChain.Build(services, columns.Input, owner, files => new EstimatorChain<ITransformer>()
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
