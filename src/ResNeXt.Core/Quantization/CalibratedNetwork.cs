using ResNeXt.Core.Images;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Quantization.Calibration;
using ResNeXt.Core.Quantization.Folding;
using ResNeXt.Core.Quantization.Graphs;

namespace ResNeXt.Core.Quantization;

/// <summary>
/// A <see cref="FoldedNetwork"/> with the statistics of its activations on the calibration images. Images are run once for it; afterwards
/// <see cref="Quantize"/> makes a <see cref="QuantizedNetwork"/> for any settings without them.
/// </summary>
/// <param name="Network">The folded network, in float32.</param>
/// <param name="Statistics">The statistics of the activations, by the name of the layer that computes them.</param>
internal sealed record CalibratedNetwork(FoldedNetwork Network, IReadOnlyDictionary<string, ActivationStatistics> Statistics)
{
    /// <summary>Calibrates a network: runs images through it.</summary>
    /// <param name="model">The classifier, for its normalization of pixels.</param>
    /// <param name="network">The folded network of the classifier.</param>
    /// <param name="images">The calibration images.</param>
    /// <param name="cancellation">Cancels between two batches.</param>
    public static CalibratedNetwork Of(ClassifierModel model, FoldedNetwork network, IImageDataset images, CancellationToken cancellation) =>
        new(network, Calibrator.Run(model, network, images, cancellation));

    /// <summary>Quantizes the network.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="percentile">The percentile for <see cref="CalibrationMethod.Percentile"/>.</param>
    public QuantizedNetwork Quantize(QuantizationSettings settings, double percentile)
    {
        var quantized = new QuantizedNetwork(Network, Scales(settings.Method, percentile), settings.Float32Layers)
        {
            ReducedRange = settings.ReducedRange,
        };
        return settings.BiasCorrection ? BiasCorrection.Apply(quantized, Statistics) : quantized;
    }

    private Dictionary<string, ByteScale> Scales(CalibrationMethod method, double percentile)
    {
        Dictionary<string, ByteScale> scales = Statistics
            .ToDictionary(item => item.Key, item => RangeSearch.Find(item.Value.Values, method, percentile));
        // These layers only move bytes, so the scale of their input applies to their output.
        foreach (LayerSpec layer in Network.Layers.Where(layer => layer.Kind is LayerKind.MaxPooling or LayerKind.ZeroPadding))
            scales[layer.Name] = scales[layer.Inputs[0]];
        return scales;
    }
}
