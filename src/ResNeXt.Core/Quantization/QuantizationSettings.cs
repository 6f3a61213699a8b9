using System.Collections.Immutable;

namespace ResNeXt.Core.Quantization;

/// <summary>One combination of quantization techniques: the point that a <see cref="QuantizationSearch"/> evaluates.</summary>
/// <param name="Method">The calibration method; not <see cref="CalibrationMethod.Automatic"/>.</param>
internal sealed record QuantizationSettings(CalibrationMethod Method)
{
    /// <inheritdoc cref="QuantizationOptions.ReduceRange"/>
    public bool ReducedRange { get; init; }

    /// <inheritdoc cref="QuantizationOptions.BiasCorrection"/>
    public bool BiasCorrection { get; init; }

    /// <inheritdoc cref="QuantizationOptions.CrossLayerEqualization"/>
    public bool CrossLayerEqualization { get; init; }

    /// <summary>The layers whose weights remain float32.</summary>
    public ImmutableSortedSet<string> Float32Layers { get; init; } = [];
}
