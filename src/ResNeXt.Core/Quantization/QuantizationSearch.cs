using System.Collections.Immutable;
using ResNeXt.Core.Images;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Quantization.Calibration;
using ResNeXt.Core.Quantization.Folding;
using ResNeXt.Core.Quantization.Graphs;

namespace ResNeXt.Core.Quantization;

/// <summary>Finds the settings that lose the least on held-back images; what costs speed or may do harm is tried only where too much is lost.</summary>
internal sealed class QuantizationSearch
{
    private static readonly ImmutableArray<CalibrationMethod> Methods =
        [CalibrationMethod.MinimumMaximum, CalibrationMethod.Percentile, CalibrationMethod.Entropy, CalibrationMethod.MeanSquaredError];

    private readonly ClassifierModel _model;
    private readonly HeldBackImages _heldBack;
    private readonly QuantizationOptions _options;
    private readonly Lazy<CalibratedNetwork> _plain, _equalized;

    /// <summary>Prepares a search; nothing is run yet.</summary>
    public QuantizationSearch(ClassifierModel model, IImageDataset calibration, HeldBackImages heldBack, QuantizationOptions options)
    {
        (_model, _heldBack, _options) = (model, heldBack, options);
        var folded = new Lazy<FoldedNetwork>(() => FoldedNetwork.Of(model));
        _plain = new(() => CalibratedNetwork.Of(model, folded.Value, calibration, options.CancellationToken));
        _equalized = new(() => CalibratedNetwork.Of(model, CrossLayerEqualization.Apply(folded.Value), calibration, options.CancellationToken));
    }

    /// <summary>Runs the search.</summary>
    public QuantizedCandidate Run()
    {
        QuantizedCandidate best = WithBestMethod(new(_options.Method)
        {
            ReducedRange = _options.ReduceRange,
            BiasCorrection = _options.BiasCorrection ?? false,
            CrossLayerEqualization = _options.CrossLayerEqualization ?? false,
            Float32Layers = AskedFor(),
        });
        if (_options.BiasCorrection is null)
            best = IfNeeded(best, settings => Evaluate(settings with { BiasCorrection = true }));
        if (_options.CrossLayerEqualization is null)
            best = IfNeeded(best, settings => WithBestMethod(settings with { CrossLayerEqualization = true }));
        return best.Fidelity.IsGoodEnough ? best : WithFloat32Layers(best);
    }

    private static QuantizedCandidate IfNeeded(QuantizedCandidate best, Func<QuantizationSettings, QuantizedCandidate> remedy) =>
        best.Fidelity.IsGoodEnough ? best : best.OrBetter(remedy(best.Settings));

    private ImmutableSortedSet<string> AskedFor()
    {
        LayerSpec[] layers = [.. _plain.Value.Network.WeightedLayers];
        return [.. _options.QuantizeFirstLayer ? [] : new[] { layers[0].Name }, .. _options.QuantizeClassifier ? [] : new[] { layers[^1].Name }];
    }

    private QuantizedCandidate WithBestMethod(QuantizationSettings settings) => _options.Method == CalibrationMethod.Automatic
        ? Methods.Select(method => Evaluate(settings with { Method = method })).Aggregate((best, other) => best.OrBetter(other))
        : Evaluate(settings);

    // The layers that disturb most go back to float32, one after the other, until enough is kept or the file would become too large.
    private QuantizedCandidate WithFloat32Layers(QuantizedCandidate start)
    {
        Dictionary<string, long> weights = _plain.Value.Network.WeightedLayers.ToDictionary(layer => layer.Name, layer => layer.Tensors().Sum(tensor => tensor.Length));
        var budget = (long)(_options.MaximumFloat32Fraction * weights.Values.Sum());
        QuantizedCandidate best = start, last = start;
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

    // How sensitive a layer is, shows when it alone goes back.
    private string[] MostSensitiveFirst(QuantizationSettings settings, IEnumerable<string> layers) =>
    [
        .. layers.Except(settings.Float32Layers)
            .Select(layer => (layer, Evaluate(settings with { Float32Layers = settings.Float32Layers.Add(layer) }).Fidelity.Divergence))
            .OrderBy(item => item.Divergence).Select(item => item.layer),
    ];

    private QuantizedCandidate Evaluate(QuantizationSettings settings)
    {
        CalibratedNetwork calibrated = settings.CrossLayerEqualization ? _equalized.Value : _plain.Value;
        QuantizedNetwork network = calibrated.Quantize(settings, _options.Percentile);
        return new(settings, network, _heldBack.Measure(network.Write(_model)));
    }
}
