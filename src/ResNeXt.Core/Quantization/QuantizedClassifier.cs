using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Processors;
using ResNeXt.Core.Quantization.Graphs;
using ResNeXt.Core.Tensors;
using static System.FormattableString;

namespace ResNeXt.Core.Quantization;

/// <summary>A classifier whose network computes in int8, made from a trained float32 classifier by post-training static quantization.</summary>
/// <remarks>
/// Quantization replaces 32-bit floating-point weights and activations by 8-bit integers with a scale. The model becomes about four times smaller,
/// and faster on processors with int8 instructions, and loses a little accuracy. The scales of activations are calibrated on sample images; no
/// training is needed.
/// </remarks>
public sealed class QuantizedClassifier
{
    private readonly QuantizedNetwork _network;

    private QuantizedClassifier(ClassifierModel model, QuantizedNetwork network, QuantizationReport report) =>
        (Model, _network, Report) = (model, network, report);

    /// <summary>The classifier's architecture, classes and normalization of pixels; without weights.</summary>
    public ClassifierModel Model { get; }

    /// <summary>What quantization did, gained and lost.</summary>
    public QuantizationReport Report { get; }

    /// <summary>Quantizes a classifier.</summary>
    /// <param name="model">The classifier in float32.</param>
    /// <param name="images">
    /// A few hundred images like those to be scored, of the model's shape and not normalized; negative labels are unknown.
    /// </param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentException">
    /// An option is out of range, there is no image, the images have another shape than the model's, or a weight is not finite.
    /// </exception>
    /// <exception cref="InvalidOperationException">The model is already quantized.</exception>
    /// <exception cref="InvalidDataException">Activations are not finite.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    public static QuantizedClassifier Quantize(ClassifierModel model, IImageDataset images, QuantizationOptions? options = null)
    {
        options ??= new QuantizationOptions();
        options.Validate();
        Check(model, images);
        var drawn = new ImageDatasetSubset(images, options.Draw(images.Count));
        (IImageDataset calibration, IImageDataset heldBack) = Split(drawn, options);
        byte[] float32 = OnnxExporter.Write(model);
        var heldBackImages = new HeldBackImages(heldBack, model, float32, options);
        QuantizationTrial best = new QuantizationSearch(model, calibration, heldBackImages, options).Run();
        QuantizedNetwork network = best.Network with { Layouts = ConvolutionLayoutSearch.Run(best.Network, model.Shape, options.CancellationToken) };
        byte[] int8 = network.Write(model);
        SpeedComparison speed = SpeedComparison.Measure(float32, int8, model.Shape, heldBack, options.CancellationToken);
        return new(model with { IsQuantized = true, Weights = new StateDict([]) }, network,
            Describe(best, heldBackImages, calibration.Count, speed, (float32.Length, int8.Length)));
    }

    /// <summary>Returns the classifier with another normalization of pixels. The scales apply to normalized images, so they remain valid.</summary>
    /// <param name="normalization">The normalization; null if the input is normalized already.</param>
    public QuantizedClassifier WithNormalization(PixelNormalization? normalization) =>
        new(Model with { Normalization = normalization }, _network, Report);

    /// <summary>Writes an ONNX model in the QDQ format (QuantizeLinear and DequantizeLinear nodes) to memory.</summary>
    /// <param name="signature">The names and the layout of the model's inputs and outputs; null for the defaults.</param>
    public byte[] Write(OnnxSignature? signature = null) => _network.Write(Model, signature);

    private static void Check(ClassifierModel model, IImageDataset images)
    {
        if (model.IsQuantized)
            throw new InvalidOperationException($"The model {OnnxReader.NoWeights}.");
        if (images.Count == 0)
            throw new ArgumentException("There is no image to calibrate on; give a few hundred images like those to be scored.", nameof(images));
        if (images.Shape != model.Shape)
        {
            throw new ArgumentException(
                $"The images are {Text(images.Shape)}; the model takes {Text(model.Shape)}. Resize the images.", nameof(images));
        }
    }

    private static string Text(ImageShape shape) => Invariant($"{shape.Channels} x {shape.Height} x {shape.Width}");

    private static (IImageDataset Calibration, IImageDataset HeldBack) Split(ImageDatasetSubset images, QuantizationOptions options)
    {
        if (images.Count == 1)
            return (images, images);
        int[] shuffled = [.. Enumerable.Range(0, images.Count)];
        new Random(options.Seed).Shuffle(shuffled);
        int heldBack = Math.Clamp((int)(options.HeldBackFraction * images.Count), 1, images.Count - 1);
        return (new ImageDatasetSubset(images, shuffled[heldBack..].Order()), new ImageDatasetSubset(images, shuffled[..heldBack].Order()));
    }

    private static QuantizationReport Describe(
        QuantizationTrial best, HeldBackImages heldBackImages, int calibrated, SpeedComparison speed, (long Float32, long Int8) bytes) => new()
    {
        CalibrationImages = calibrated,
        HeldBackImages = heldBackImages.Count,
        Float32Accuracy = heldBackImages.Labeled == 0 ? null : (double)heldBackImages.Right / heldBackImages.Labeled,
        Accuracy = heldBackImages.Labeled == 0 ? null : (double)(heldBackImages.Right - best.Fidelity.Lost) / heldBackImages.Labeled,
        Agreement = 1 - (double)best.Fidelity.Changed / heldBackImages.Count,
        KeepsAccuracy = best.Fidelity.IsGoodEnough,
        Float32Bytes = bytes.Float32,
        Bytes = bytes.Int8,
        Float32ImagesPerSecond = speed.Float32,
        ImagesPerSecond = speed.Int8,
        Method = best.Settings.Method,
        ReducedRange = best.Settings.ReducedRange,
        BiasCorrection = best.Settings.BiasCorrection,
        CrossLayerEqualization = best.Settings.CrossLayerEqualization,
        Float32Layers = [.. best.Settings.Float32Layers],
        HasInt8Instructions = CpuFeatures.Current.HasInt8DotProduct,
    };
}
