using System.Collections.Immutable;
using ResNeXt.Core.Quantization.Folding;
using ResNeXt.Core.Quantization.Graphs;

namespace ResNeXt.Core.Quantization.Calibration;

/// <summary>One way to bring a network to int8; what a search tries.</summary>
/// <param name="Method">How activations get their ranges; not automatic.</param>
internal sealed record QuantizationSettings(CalibrationMethod Method)
{
    public bool ReducedRange { get; init; }

    public bool BiasCorrection { get; init; }

    public bool CrossLayerEqualization { get; init; }

    /// <summary>The layers whose weights stay float32.</summary>
    public ImmutableSortedSet<string> Float32Layers { get; init; } = [];
}
