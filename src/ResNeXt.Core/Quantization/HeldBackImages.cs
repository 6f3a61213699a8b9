using System.Numerics.Tensors;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Probabilities;
using ResNeXt.Core.Quantization.Calibration;

namespace ResNeXt.Core.Quantization;

/// <summary>The images that calibration does not see, with the float32 network's predictions for them: the measure of every int8 network.</summary>
internal sealed class HeldBackImages
{
    private readonly IImageDataset _images;
    private readonly ImageShape _shape;
    private readonly QuantizationOptions _options;
    private readonly float[][] _probabilities;

    /// <summary>Scores the images with the float32 network.</summary>
    /// <param name="images">The images; negative labels are unknown.</param>
    /// <param name="model">The classifier in float32.</param>
    /// <param name="float32">The ONNX model of the classifier.</param>
    /// <param name="options">The options, which say what may be lost.</param>
    public HeldBackImages(IImageDataset images, ClassifierModel model, byte[] float32, QuantizationOptions options)
    {
        (_images, _shape, _options) = (images, model.Shape, options);
        _probabilities = Score(float32);
        Labeled = Enumerable.Range(0, Count).Count(image => images.Label(image) >= 0);
        Right = CountRight(_probabilities);
    }

    /// <summary>The number of images.</summary>
    public int Count => _images.Count;

    /// <summary>The number of images with a label.</summary>
    public int Labeled { get; }

    /// <summary>The number of labeled images that float32 classifies correctly.</summary>
    public int Right { get; }

    /// <summary>Scores the images with an int8 model of the same network and compares.</summary>
    public Fidelity Measure(byte[] int8)
    {
        float[][] probabilities = Score(int8);
        int changed = Enumerable.Range(0, Count).Count(image => Class(probabilities[image]) != Class(_probabilities[image]));
        int lost = Right - CountRight(probabilities);
        double divergence = Enumerable.Range(0, Count).Average(image => Divergence(_probabilities[image], probabilities[image]));
        int excess = Math.Max(0, changed - Allowed(1 - _options.MinimumAgreement, Count))
            + Math.Max(0, lost - Allowed(_options.MaximumAccuracyLoss, Labeled));
        return new(changed, lost, divergence, excess);
    }

    // One image may always be lost: a single one is no evidence.
    private static int Allowed(double fraction, int of) => Math.Max(1, (int)(fraction * of + 1e-9));

    private float[][] Score(byte[] onnx)
    {
        using var session = new ClassifierSession(onnx, _shape);
        return [.. session.Logits(_images, _options.CancellationToken).Select(logits => TemperatureScaling.Probabilities(logits, temperature: 1))];
    }

    private int CountRight(float[][] probabilities) =>
        Enumerable.Range(0, Count).Count(image => Class(probabilities[image]) == _images.Label(image));

    private static int Class(float[] probabilities) => TensorPrimitives.IndexOfMax(probabilities);

    private static double Divergence(float[] expected, float[] actual)
    {
        double sum = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            if (expected[i] > 0)
                sum += expected[i] * Math.Log(expected[i] / Math.Max((double)actual[i], float.Epsilon));
        }
        return sum;
    }
}
