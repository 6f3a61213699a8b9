using Microsoft.ML.OnnxRuntime;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.OnnxSessions;

namespace ResNeXt.Core.Quantization.Calibration;

/// <summary>Scores the images of a dataset with a classifier in ONNX Runtime; the classifier has the default input and output names.</summary>
internal sealed class ClassifierSession : IDisposable
{
    // Keeps all activations of a batch, which are outputs in calibration, below some hundred megabytes.
    private const int MostPixels = 4 * 224 * 224, MostImages = 16;

    private readonly InferenceSession _session;
    private readonly ImageShape _shape;

    /// <summary>Loads a model.</summary>
    /// <param name="onnx">The ONNX model.</param>
    /// <param name="shape">The shape of the images.</param>
    /// <param name="isQuantized">Whether the network is in int8, and waits for its threads as in predictors.</param>
    public ClassifierSession(byte[] onnx, ImageShape shape, bool isQuantized = false)
    {
        // It runs alternately with the session of another network.
        _session = OnnxRuntimeAccess.OpenForCallers(onnx, threads: null, createOptions: null, isQuantized);
        _shape = shape;
        BatchSize = Math.Clamp(MostPixels / shape.PlaneLength, 1, MostImages);
    }

    /// <summary>The number of images to score at once.</summary>
    public int BatchSize { get; }

    /// <summary>Scores consecutive images. The caller owns the outputs.</summary>
    public IDisposableReadOnlyCollection<OrtValue> Run(IImageDataset images, int first, int count, IReadOnlyCollection<string> outputs)
    {
        var pixels = new float[count * _shape.Length];
        for (int image = 0; image < count; image++)
            images.CopyTo(first + image, pixels.AsSpan(image * _shape.Length, _shape.Length));
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(pixels, [count, _shape.Channels, _shape.Height, _shape.Width]);
        using var options = new RunOptions();
        return _session.Run(options, new Dictionary<string, OrtValue> { [new OnnxSignature().Input] = input }, outputs);
    }

    /// <summary>Computes the logits of all images, one row each.</summary>
    public float[][] Logits(IImageDataset images, CancellationToken cancellation) => Rows(images, OnnxSignature.Logits, cancellation);

    /// <summary>Computes an output of all images, one row each. Of an output that also has rows of mirror images, those of the images come first.</summary>
    public float[][] Rows(IImageDataset images, string output, CancellationToken cancellation)
    {
        var all = new List<float[]>(images.Count);
        for (int first = 0; first < images.Count; first += BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(BatchSize, images.Count - first);
            using IDisposableReadOnlyCollection<OrtValue> outputs = Run(images, first, count, [output]);
            ReadOnlySpan<float> rows = outputs[0].GetTensorDataAsSpan<float>();
            int length = (int)outputs[0].GetTensorTypeAndShape().Shape[^1];
            for (int image = 0; image < count; image++)
                all.Add(rows.Slice(image * length, length).ToArray());
        }
        return [.. all];
    }

    public void Dispose() => _session.Dispose();
}
