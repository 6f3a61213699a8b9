using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using ResNeXt.Core.Images;
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
    private readonly RunOptions _run = new();
    private readonly string _input, _score;
    private readonly long[] _shape;

    /// <summary>Opens the session, on the CPU.</summary>
    /// <param name="services">The context of the steps before the network.</param>
    /// <param name="columns">The columns of the chain; the feature column holds images.</param>
    /// <param name="onnx">The network as an ONNX model with the <see cref="ScoringChain.Signature"/> for these columns.</param>
    /// <exception cref="OnnxRuntimeException">The model cannot be loaded.</exception>
    public SessionScorer(MLServices services, ScoringColumns columns, byte[] onnx)
    {
        OnnxSignature signature = ScoringChain.Signature(columns);
        (_input, _score) = (signature.Input, signature.Score);
        ImageShape shape = columns.Input.Shape;
        _shape = [1, shape.Channels, shape.Height, shape.Width];
        // In a new process, making ML.NET's steps takes about as long as opening the session.
        Task<InferenceSession> opening = Task.Run(() => OnnxRuntimeAccess.Open(onnx));
        _pixels = new PixelEngine(services, shape);
        _session = opening.GetAwaiter().GetResult();
    }

    public float[] Score(MLImage image)
    {
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(_pixels.Read(image), _shape);
        var inputs = new Dictionary<string, OrtValue> { [_input] = input };
        using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(_run, inputs, [_score]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
        _pixels.Dispose();
    }
}
