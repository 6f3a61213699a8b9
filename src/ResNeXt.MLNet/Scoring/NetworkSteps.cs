using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Schema;
using ResNeXt.MLNet.Scoring.Columns;
using ResNeXt.MLNet.Scoring.Mappings;

namespace ResNeXt.MLNet.Scoring;

/// <summary>The steps from a feature column to the values that a network computes, with their slot names.</summary>
internal static class NetworkSteps
{
    /// <summary>The column of the network's values, with slot names. Part of saved models: never changed.</summary>
    public const string NamedColumn = "ResNeXt.Named";

    /// <summary>Makes the steps.</summary>
    /// <param name="services">The context.</param>
    /// <param name="files">The files of the chain, which take the graphs.</param>
    /// <param name="input">How the feature column delivers pixels.</param>
    /// <param name="onnx">The network as an ONNX model; its input is <see cref="PixelColumn.Name"/>.</param>
    /// <param name="output">The name of the model's output with the values.</param>
    /// <param name="names">The slot names, one per value.</param>
    public static IEstimator<ITransformer> Of(
        MLServices services, OnnxFiles files, FeatureInput input, byte[] onnx, string output, IReadOnlyList<string> names) =>
        Pixels(services, input)
            .Append(OnnxStep.Of(services, files, onnx, [PixelColumn.Name], [output]))
            .Append(services.Transforms.CopyColumns(SerialScoringEnd.ComputedColumn, output))
            .Append(services.Transforms.CustomMapping(new SerialScoringEnd().GetMapping(), SerialScoringEnd.ContractName))
            .Append(OnnxStep.Of(services, files, WithSlotNames(names), [SerialScoringEnd.PassedColumn], [NamedColumn, PredictedClass.VectorColumn]));

    /// <summary>The temporary columns of the steps, except the network's output; to be dropped at the end of the chain.</summary>
    /// <param name="input">How the feature column delivers pixels.</param>
    public static IEnumerable<string> Temporary(FeatureInput input) =>
    [
        .. PixelColumn.Temporary(input), SerialScoringStart.Column, SerialScoringEnd.ComputedColumn, SerialScoringEnd.PassedColumn, NamedColumn,
        PredictedClass.VectorColumn,
    ];

    // ML.NET saves no slot names of a custom mapping, but takes those of an ONNX model, so a model of a single node adds them.
    private static byte[] WithSlotNames(IReadOnlyList<string> names) =>
        SlotNamesGraph.Write(names, SerialScoringEnd.PassedColumn, NamedColumn, PredictedClass.VectorColumn);

    // Images are decoded and resized on several threads, so serial scoring starts after that. Vectors need no work: more threads would only copy
    // them.
    private static EstimatorChain<ITransformer> Pixels(MLServices services, FeatureInput input)
    {
        IEstimator<ITransformer> pixels = PixelColumn.Steps(services, input);
        var start = new SerialScoringStart();
        IEstimator<ITransformer> serial = services.Transforms.StatefulCustomMapping(
            start.GetMapping(), start.GetStateInitAction(), SerialScoringStart.ContractName);
        return new EstimatorChain<ITransformer>().Append(input.IsImage ? pixels : serial).Append(input.IsImage ? serial : pixels);
    }
}
