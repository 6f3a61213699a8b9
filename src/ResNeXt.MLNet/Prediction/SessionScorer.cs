using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.OnnxSessions;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Scoring;
using ResNeXt.MLNet.Scoring.Columns;

namespace ResNeXt.MLNet.Prediction;

/// <summary>Scores images with a session of its own, made of the graph in memory. The scores are exactly those of a chain with this graph.</summary>
/// <remarks>
/// ML.NET's <c>ApplyOnnxModel</c> opens the same session, but writes the graph to a file before and parses it once more afterwards.
/// </remarks>
internal sealed class SessionScorer : IImageScorer
{
    private readonly PixelEngine _pixels;
    private readonly InferenceSession _session;
    private readonly SessionMemory _memory;
    private readonly RunOptions _run = new();
    private readonly string _input;
    private readonly string[] _outputs;
    private readonly long[] _shape;

    /// <summary>Opens the session, on the CPU.</summary>
    /// <param name="services">The context of the steps before the network, and of the session's options.</param>
    /// <param name="columns">The columns of the chain; the feature column holds images.</param>
    /// <param name="onnx">The network as an ONNX model with the <see cref="ScoringChain.Signature"/> for these columns.</param>
    /// <param name="features">The name of the tensor with the features, if they are wanted; null if not.</param>
    /// <param name="threads">The number of threads that compute an image together; null for one per core.</param>
    /// <param name="isQuantized">Whether the network is in int8.</param>
    /// <exception cref="OnnxRuntimeException">The model cannot be loaded.</exception>
    public SessionScorer(MLServices services, ScoringColumns columns, byte[] onnx, string? features, int? threads, bool isQuantized)
    {
        OnnxSignature signature = ScoringChain.Signature(columns);
        _input = signature.Input;
        _outputs = features is null ? [signature.Score] : [signature.Score, features];
        ImageShape shape = columns.Input.Shape;
        _shape = [1, shape.Channels, shape.Height, shape.Width];
        // In a new process, making ML.NET's steps takes half as long as opening the session.
        (_session, _pixels) = Concurrently.Make(
            () => OnnxRuntimeAccess.OpenForCallers(
                features is null ? onnx : PooledFeatures.AddOutput(onnx, features), threads, services.CreateSessionOptions, isQuantized),
            () => PixelEngine.Ready(services, shape));
        _memory = new SessionMemory(onnx.Length);
    }

    public ImageScores Score(MLImage image)
    {
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(_pixels.Read(image), _shape);
        var inputs = new Dictionary<string, OrtValue> { [_input] = input };
        using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(_run, inputs, _outputs);
        return new(outputs[0].GetTensorDataAsSpan<float>().ToArray(), outputs.Count > 1 ? FirstRow(outputs[1]) : null);
    }

    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
        _pixels.Dispose();
        _memory.Dispose();
    }

    // A model that also scores the mirror image has the features of both; those of the image come first.
    private static float[] FirstRow(OrtValue rows) => rows.GetTensorDataAsSpan<float>()[..(int)rows.GetTensorTypeAndShape().Shape[^1]].ToArray();
}
