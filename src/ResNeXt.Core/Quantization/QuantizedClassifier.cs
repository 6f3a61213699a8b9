using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Processors;
using ResNeXt.Core.Quantization.Folding;
using ResNeXt.Core.Quantization.Graphs;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Quantization;

/// <summary>A classifier whose network computes in int8, made from one in float32 by post-training static quantisation.</summary>
public sealed class QuantizedClassifier
{
    private readonly QuantizedNetwork _network;

    private QuantizedClassifier(ClassifierModel model, QuantizedNetwork network, QuantizationReport report) => (Model, _network, Report) = (model, network, report);

    /// <summary>What it is besides its network; it has no weights.</summary>
    public ClassifierModel Model { get; }

    /// <summary>What quantisation did, brought and cost.</summary>
    public QuantizationReport Report { get; }

    /// <summary>Quantises a classifier.</summary>
    /// <param name="model">The classifier in float32.</param>
    /// <param name="images">Images like those to be scored, of the model's shape and not normalised, a few hundred; a negative label means that it is unknown.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range, there is no image, or the images have another shape than the model's.</exception>
    /// <exception cref="InvalidOperationException">The model is quantised already.</exception>
    /// <exception cref="InvalidDataException">Weights or activations are no finite numbers.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static QuantizedClassifier Quantize(ClassifierModel model, IImageDataset images, QuantizationOptions? options = null)
    {
        options ??= new QuantizationOptions();
        options.Validate();
        Check(model, images);
        var drawn = new ImageDatasetSubset(images, options.Draw(images.Count));
        (IImageDataset calibration, IImageDataset heldBack) = Split(drawn, options);
        byte[] float32 = OnnxExporter.Write(model);
        var judge = new HeldBackImages(heldBack, model, float32, options);
        QuantizedCandidate best = new QuantizationSearch(model, calibration, judge, options).Run();
        byte[] int8 = best.Network.Write(model);
        SpeedComparison speed = SpeedComparison.Measure(float32, int8, model.Shape, heldBack, options.CancellationToken);
        return new(model with { IsQuantized = true, Weights = new StateDict([]) }, best.Network,
            Describe(best, judge, calibration.Count, speed, (float32.Length, int8.Length)));
    }

    /// <summary>The same network behind another normalisation; its ranges are of normalised images, so they stay right.</summary>
    /// <param name="normalization">What the graph does to the pixels first; null where it takes them as the network sees them.</param>
    public QuantizedClassifier WithNormalization(PixelNormalization? normalization) =>
        new(Model with { Normalization = normalization }, _network, Report);

    /// <summary>Writes it as an ONNX model in the QDQ form, to memory.</summary>
    /// <param name="surface">The names and the layout that the graph shows outside; null for the defaults.</param>
    public byte[] Write(OnnxSignature? surface = null) => _network.Write(Model, surface);

    private static void Check(ClassifierModel model, IImageDataset images)
    {
        if (model.IsQuantized)
            throw new InvalidOperationException($"The model {OnnxReader.NoWeights}.");
        if (images.Count == 0)
            throw new ArgumentException("There is no image to calibrate on; give some hundred images like those to be scored.", nameof(images));
        if (images.Shape != model.Shape)
            throw new ArgumentException($"The images are {Text(images.Shape)}; the model takes {Text(model.Shape)}. Resize the images.", nameof(images));
    }

    private static string Text(ImageShape shape) => $"{shape.Channels} x {shape.Height} x {shape.Width}";

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
        QuantizedCandidate best, HeldBackImages judge, int calibrated, SpeedComparison speed, (long Float32, long Int8) bytes) => new()
    {
        CalibrationImages = calibrated,
        HeldBackImages = judge.Count,
        Float32Accuracy = judge.Labeled == 0 ? null : (double)judge.Right / judge.Labeled,
        Accuracy = judge.Labeled == 0 ? null : (double)(judge.Right - best.Fidelity.Lost) / judge.Labeled,
        Agreement = 1 - (double)best.Fidelity.Changed / judge.Count,
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
