using static System.FormattableString;

namespace ResNeXt.Core.Quantization;

/// <summary>What quantization did, and what it gained and lost on images that were held back from calibration.</summary>
public sealed record QuantizationReport
{
    private const double Faster = 1.1;

    /// <summary>The number of images that the network was calibrated on.</summary>
    public required int CalibrationImages { get; init; }

    /// <summary>The number of images held back from calibration, which the accuracies are measured on. A single image is used for both.</summary>
    public required int HeldBackImages { get; init; }

    /// <summary>The fraction of the labeled held-back images that float32 classifies correctly; null if no image has a label.</summary>
    public double? Float32Accuracy { get; init; }

    /// <summary>The fraction of the labeled held-back images that int8 classifies correctly; null if no image has a label.</summary>
    public double? Accuracy { get; init; }

    /// <summary>The fraction of the held-back images for which int8 and float32 predict the same class.</summary>
    public required double Agreement { get; init; }

    /// <summary>
    /// Whether no more was lost than <see cref="QuantizationOptions.MaximumAccuracyLoss"/> and <see cref="QuantizationOptions.MinimumAgreement"/>
    /// allow.
    /// </summary>
    public required bool KeepsAccuracy { get; init; }

    /// <summary>The size of the ONNX model in float32, in bytes.</summary>
    public required long Float32Bytes { get; init; }

    /// <summary>The size of the ONNX model in int8, in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>The speed in float32 on single images, in images per second: the median of runs that alternate with int8.</summary>
    public required double Float32ImagesPerSecond { get; init; }

    /// <summary>The speed in int8 on single images, in images per second: the median of runs that alternate with float32.</summary>
    public required double ImagesPerSecond { get; init; }

    /// <summary>The calibration method that was used.</summary>
    public required CalibrationMethod Method { get; init; }

    /// <summary>Whether weights use 7 of their 8 bits.</summary>
    public required bool ReducedRange { get; init; }

    /// <summary>Whether biases were corrected.</summary>
    public required bool BiasCorrection { get; init; }

    /// <summary>Whether the weight ranges of consecutive layers were equalized.</summary>
    public required bool CrossLayerEqualization { get; init; }

    /// <summary>The names of the layers that remain float32.</summary>
    public required IReadOnlyList<string> Float32Layers { get; init; }

    /// <summary>Whether the processor of this machine has int8 instructions: AVX512-VNNI, AVX-VNNI or Arm's dot product.</summary>
    public required bool HasInt8Instructions { get; init; }

    /// <summary>The speed of int8 relative to float32 on this machine.</summary>
    public double Speedup => ImagesPerSecond / Float32ImagesPerSecond;

    /// <summary>The size of the int8 model as a fraction of the size of the float32 model.</summary>
    public double SizeRatio => (double)Bytes / Float32Bytes;

    /// <summary>A recommendation which model to use on this machine, from the measurements.</summary>
    public string Recommendation => this switch
    {
        { KeepsAccuracy: false } => "Keep the float32 model: int8 loses more than is allowed, whatever was tried.",
        { Speedup: >= Faster } => Invariant($"Use the int8 model: on this machine it is {Speedup:F1} times as fast."),
        { Speedup: > 1 / Faster } => "Use the int8 model where its size matters: on this machine it is as fast as float32.",
        _ => Invariant($"Use the float32 model on this machine, where int8 is {1 / Speedup:F1} times as slow; ")
            + "use int8 where its size matters, or on CPUs with instructions for int8.",
    };

    /// <summary>The report as text, several lines.</summary>
    public override string ToString() => string.Join(Environment.NewLine,
        Invariant($"Calibration images: {CalibrationImages}; images held back to measure on: {HeldBackImages}; ranges by {Method}."),
        Accuracy is null
            ? Invariant($"Agreement: {Agreement:P1} of the images get the same class in int8. No image has a label, so the accuracy is unknown.")
            : Invariant($"Accuracy: {Accuracy:P1} in int8, {Float32Accuracy:P1} in float32; {Agreement:P1} of the images get the same class."),
        Invariant($"Size: {Bytes / 1e6:F2} MB in int8, {Float32Bytes / 1e6:F2} MB in float32 ({SizeRatio:F3} of it)."),
        Invariant($"Speed: {ImagesPerSecond:F1} images/s in int8, {Float32ImagesPerSecond:F1} in float32 ({Speedup:F2} times as fast)."),
        $"Kept in float32: {(Float32Layers.Count == 0 ? "nothing" : string.Join(", ", Float32Layers))}. Also done: {Done()}.",
        $"This CPU has {(HasInt8Instructions ? "" : "no ")}instructions for int8 (VNNI or Arm's dot product).",
        Recommendation);

    private string Done()
    {
        string[] techniques =
        [
            ReducedRange ? "weights of 7 bits" : "", BiasCorrection ? "bias correction" : "",
            CrossLayerEqualization ? "cross-layer equalization" : "",
        ];
        string[] done = [.. techniques.Where(text => text.Length > 0)];
        return done.Length == 0 ? "nothing" : string.Join(", ", done);
    }
}
