using Microsoft.ML.OnnxRuntime;

namespace ResNeXt.Benchmarks.Comparison.Scoring;

/// <summary>ONNX Runtime used directly, without ML.NET: no copy of the pixels, no option changed.</summary>
internal sealed class RawSession(string onnx) : IDisposable
{
    private static readonly long[] Shape = [1, 3, ScoringModel.ImageSize, ScoringModel.ImageSize];

    private readonly InferenceSession _session = new(onnx);
    private readonly RunOptions _run = new();

    /// <summary>One probability per class.</summary>
    public float[] Score(float[] pixels)
    {
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(pixels, Shape);
        using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(_run, new Dictionary<string, OrtValue> { ["Features"] = input }, ["Score"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }
}
