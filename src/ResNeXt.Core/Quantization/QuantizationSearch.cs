using System.Collections.Immutable;
using ResNeXt.Core.Images;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Quantization.Folding;
using ResNeXt.Core.Quantization.Graphs;

namespace ResNeXt.Core.Quantization;

/// <summary>
/// Searches for the settings that lose the least on held-back images. Techniques that cost speed or may do harm are tried only if too much is lost.
/// </summary>
/// <remarks>
/// The network passes through these types, in this order: <see cref="ClassifierModel"/> (float32), <see cref="FoldedNetwork"/> (batch normalization
/// folded into convolutions), <see cref="CalibratedNetwork"/> (with statistics of its activations), <see cref="QuantizedNetwork"/> (with a scale for
/// each activation, for one <see cref="QuantizationSettings"/>), and the ONNX model that <see cref="QdqGraph"/> writes. Settings with
/// their network and its measured <see cref="Fidelity"/> are a <see cref="QuantizationTrial"/>; the best trial becomes the
/// <see cref="QuantizedClassifier"/>.
/// </remarks>
internal sealed class QuantizationSearch
{
    private static readonly ImmutableArray<CalibrationMethod> Methods =
        [CalibrationMethod.MinimumMaximum, CalibrationMethod.Percentile, CalibrationMethod.Entropy, CalibrationMethod.MeanSquaredError];

    private readonly ClassifierModel _model;
    private readonly HeldBackImages _heldBack;
    private readonly QuantizationOptions _options;
    private readonly Lazy<CalibratedNetwork> _plain, _equalized;

    /// <summary>Prepares a search without running anything.</summary>
    /// <param name="model">The classifier in float32.</param>
    /// <param name="calibration">The images to calibrate on.</param>
    /// <param name="heldBack">The images to compare trials on.</param>
    /// <param name="options">The options.</param>
    public QuantizationSearch(ClassifierModel model, IImageDataset calibration, HeldBackImages heldBack, QuantizationOptions options)
    {
        (_model, _heldBack, _options) = (model, heldBack, options);
        var folded = new Lazy<FoldedNetwork>(() => FoldedNetwork.Of(model));
        _plain = new(() => CalibratedNetwork.Of(model, folded.Value, calibration, options.CancellationToken));
        _equalized = new(() => CalibratedNetwork.Of(model, CrossLayerEqualization.Apply(folded.Value), calibration, options.CancellationToken));
    }

    /// <summary>Runs the search and returns the best trial.</summary>
    public QuantizationTrial Run()
    {
        QuantizationTrial best = WithBestMethod(new(_options.Method)
        {
            ReducedRange = _options.ReduceRange,
            BiasCorrection = _options.BiasCorrection ?? false,
            CrossLayerEqualization = _options.CrossLayerEqualization ?? false,
            Float32Layers = ExcludedLayers(),
        });
        if (_options.BiasCorrection is null)
            best = IfNeeded(best, settings => Evaluate(settings with { BiasCorrection = true }));
        if (_options.CrossLayerEqualization is null)
            best = IfNeeded(best, settings => WithBestMethod(settings with { CrossLayerEqualization = true }));
        return best.Fidelity.IsGoodEnough ? best : WithFloat32Layers(best);
    }

    private static QuantizationTrial IfNeeded(QuantizationTrial best, Func<QuantizationSettings, QuantizationTrial> attempt) =>
        best.Fidelity.IsGoodEnough ? best : best.OrBetter(attempt(best.Settings));

    private ImmutableSortedSet<string> ExcludedLayers()
    {
        LayerSpec[] layers = [.. _plain.Value.Network.WeightedLayers];
        return [.. _options.QuantizeFirstLayer ? [] : new[] { layers[0].Name }, .. _options.QuantizeClassifier ? [] : new[] { layers[^1].Name }];
    }

    private QuantizationTrial WithBestMethod(QuantizationSettings settings) => _options.Method == CalibrationMethod.Automatic
        ? Methods.Select(method => Evaluate(settings with { Method = method })).Aggregate((best, other) => best.OrBetter(other))
        : Evaluate(settings);

    // Returns the most sensitive layers to float32, one after the other, until enough accuracy is kept or the file would become too large.
    private QuantizationTrial WithFloat32Layers(QuantizationTrial start)
    {
        Dictionary<string, long> weights = _plain.Value.Network.WeightedLayers
            .ToDictionary(layer => layer.Name, layer => layer.Tensors().Sum(tensor => tensor.Length));
        var budget = (long)(_options.MaximumFloat32Fraction * weights.Values.Sum());
        QuantizationTrial best = start, last = start;
        foreach (string layer in MostSensitiveFirst(start.Settings, weights.Where(item => item.Value <= budget).Select(item => item.Key)))
        {
            if (weights[layer] > budget)
                continue;
            budget -= weights[layer];
            last = Evaluate(last.Settings with { Float32Layers = last.Settings.Float32Layers.Add(layer) });
            best = best.OrBetter(last);
            if (best.Fidelity.IsGoodEnough)
                break;
        }
        return best;
    }

    // The sensitivity of a layer is the divergence that remains if this layer alone returns to float32.
    private string[] MostSensitiveFirst(QuantizationSettings settings, IEnumerable<string> layers) =>
    [
        .. layers.Except(settings.Float32Layers)
            .Select(layer => (layer, Evaluate(settings with { Float32Layers = settings.Float32Layers.Add(layer) }).Fidelity.Divergence))
            .OrderBy(item => item.Divergence).Select(item => item.layer),
    ];

    private QuantizationTrial Evaluate(QuantizationSettings settings)
    {
        CalibratedNetwork calibrated = settings.CrossLayerEqualization ? _equalized.Value : _plain.Value;
        QuantizedNetwork network = calibrated.Quantize(settings, _options.Percentile);
        return new(settings, network, _heldBack.Measure(network.Write(_model)));
    }
}
