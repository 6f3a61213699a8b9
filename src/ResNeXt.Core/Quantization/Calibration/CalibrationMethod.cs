namespace ResNeXt.Core.Quantization.Calibration;

/// <summary>How the range of values that int8 has to cover is taken from what was seen of an activation.</summary>
public enum CalibrationMethod
{
    /// <summary>The method whose model is the best on images that are held back from calibration.</summary>
    Automatic,

    /// <summary>From the smallest to the largest value: nothing is cut off.</summary>
    MinimumMaximum,

    /// <summary>All but the outermost values; see <see cref="QuantizationOptions.Percentile"/>.</summary>
    Percentile,

    /// <summary>The range whose quantised distribution diverges least from the true one (Kullback-Leibler).</summary>
    Entropy,

    /// <summary>The range with the smallest mean squared error.</summary>
    MeanSquaredError,
}
