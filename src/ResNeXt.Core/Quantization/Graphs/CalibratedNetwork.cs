using ResNeXt.Core.Images;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Quantization.Calibration;
using ResNeXt.Core.Quantization.Folding;

namespace ResNeXt.Core.Quantization.Graphs;

/// <summary>A folded network and what calibration saw of its activations: all that is needed to quantise it in any way.</summary>
internal sealed record CalibratedNetwork(FoldedNetwork Network, IReadOnlyDictionary<string, ActivationStatistics> Statistics)
{
    /// <summary>Calibrates a network.</summary>
    public static CalibratedNetwork Of(ClassifierModel model, FoldedNetwork network, IImageDataset images, CancellationToken cancellation) =>
        new(network, Calibrator.Run(model, network, images, cancellation));

    /// <summary>Quantises it.</summary>
    public QuantizedNetwork Quantize(QuantizationSettings settings, double percentile)
    {
        var quantized = new QuantizedNetwork(Network, Scales(settings.Method, percentile), settings.Float32Layers) { ReducedRange = settings.ReducedRange };
        return settings.BiasCorrection ? BiasCorrection.Apply(quantized, Statistics) : quantized;
    }

    private Dictionary<string, ByteScale> Scales(CalibrationMethod method, double percentile)
    {
        Dictionary<string, ByteScale> scales = Statistics.ToDictionary(item => item.Key, item => RangeSearch.Find(item.Value.Values, method, percentile));
        // These only move bytes, whose meaning stays.
        foreach (LayerSpec layer in Network.Layers.Where(layer => layer.Kind is LayerKind.MaxPooling or LayerKind.ZeroPadding))
            scales[layer.Name] = scales[layer.Inputs[0]];
        return scales;
    }
}
