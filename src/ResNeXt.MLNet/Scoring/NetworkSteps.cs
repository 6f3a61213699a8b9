using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Schema;

namespace ResNeXt.MLNet.Scoring;

/// <summary>The steps from images or vectors to what a network computes of them, one row at a time, and its names.</summary>
internal static class NetworkSteps
{
    /// <summary>What the network computes, with slot names. Part of saved models: never changed.</summary>
    public const string NamedColumn = "ResNeXt.Named";

    /// <summary>The steps.</summary>
    /// <param name="services">The context.</param>
    /// <param name="files">Takes the files of the graphs.</param>
    /// <param name="input">What it computes it of.</param>
    /// <param name="onnx">The network's graph; its input is <see cref="PixelColumn.Name"/>.</param>
    /// <param name="output">The graph's output with the values.</param>
    /// <param name="names">A name for every value.</param>
    public static IEstimator<ITransformer> Of(
        MLServices services, OnnxFiles files, FeatureInput input, byte[] onnx, string output, IReadOnlyList<string> names) =>
        Pixels(services, input)
            .Append(OnnxStep.Of(services, files, onnx, [PixelColumn.Name], [output]))
            .Append(services.Transforms.CopyColumns(SerialScoringEnd.ComputedColumn, output))
            .Append(services.Transforms.CustomMapping(new SerialScoringEnd().GetMapping(), SerialScoringEnd.ContractName))
            // A mapping of our own cannot name its values in a saved model; a graph can.
            .Append(OnnxStep.Of(services, files, SlotNamesGraph.Write(names, SerialScoringEnd.PassedColumn, NamedColumn, PredictedClass.VectorColumn),
                [SerialScoringEnd.PassedColumn], [NamedColumn, PredictedClass.VectorColumn]));

    /// <summary>The columns that the steps leave besides what the network's graph gives, to be dropped when they have been read.</summary>
    public static IEnumerable<string> Temporary(FeatureInput input) =>
        [.. PixelColumn.Temporary(input), SerialScoringStart.Column, SerialScoringEnd.ComputedColumn, SerialScoringEnd.PassedColumn, NamedColumn, PredictedClass.VectorColumn];

    // Threads of ML.NET's decode and resize images ahead of the network. Of vectors, which are ready, they would only make copies.
    private static EstimatorChain<ITransformer> Pixels(MLServices services, FeatureInput input)
    {
        IEstimator<ITransformer> pixels = PixelColumn.Steps(services, input);
        var turn = new SerialScoringStart();
        IEstimator<ITransformer> serial = services.Transforms.StatefulCustomMapping(turn.GetMapping(), turn.GetStateInitAction(), SerialScoringStart.ContractName);
        return new EstimatorChain<ITransformer>().Append(input.IsImage ? pixels : serial).Append(input.IsImage ? serial : pixels);
    }
}
