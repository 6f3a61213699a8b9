namespace ResNeXt.Core.Quantization;

/// <summary>How calibration chooses the range of values that the 256 levels of an 8-bit activation cover, from the values that it has seen.</summary>
/// <remarks>A wide range clips nothing but has coarse levels; a narrow range has fine levels but clips outliers.</remarks>
public enum CalibrationMethod
{
    /// <summary>Tries the other methods and uses the one whose model is best on images held back from calibration.</summary>
    Automatic,

    /// <summary>From the smallest to the largest value: nothing is clipped.</summary>
    MinimumMaximum,

    /// <summary>All but the outermost values; see <see cref="QuantizationOptions.Percentile"/>.</summary>
    Percentile,

    /// <summary>The range whose quantized distribution diverges least from the original one (Kullback-Leibler divergence).</summary>
    Entropy,

    /// <summary>The range with the smallest mean squared error.</summary>
    MeanSquaredError,
}
