using ResNeXt.Core.Quantization.Calibration;
using ResNeXt.Core.Quantization.Folding;
using ResNeXt.Core.Quantization.Graphs;
using static System.FormattableString;

namespace ResNeXt.Core.Quantization;

/// <summary>What quantisation did, and what it brought and cost on images that were held back from calibration.</summary>
public sealed record QuantizationReport
{
    private const double Faster = 1.1;

    /// <summary>How many images the ranges were measured on.</summary>
    public required int CalibrationImages { get; init; }

    /// <summary>How many images were held back, which the figures below are of; a single image is used for both.</summary>
    public required int HeldBackImages { get; init; }

    /// <summary>The fraction of the held-back images that float32 classifies right; null where none has a label.</summary>
    public double? Float32Accuracy { get; init; }

    /// <summary>The fraction of the held-back images that int8 classifies right; null where none has a label.</summary>
    public double? Accuracy { get; init; }

    /// <summary>The fraction of the held-back images that get the same class from both.</summary>
    public required double Agreement { get; init; }

    /// <summary>Whether no more was lost than <see cref="QuantizationOptions.MaximumAccuracyLoss"/> and <see cref="QuantizationOptions.MinimumAgreement"/> allow.</summary>
    public required bool KeepsAccuracy { get; init; }

    /// <summary>The size of the ONNX model in float32, in bytes.</summary>
    public required long Float32Bytes { get; init; }

    /// <summary>The size of the ONNX model in int8, in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Images a second in float32, one at a time; the median of runs that took turns with int8.</summary>
    public required double Float32ImagesPerSecond { get; init; }

    /// <summary>Images a second in int8, one at a time; the median of runs that took turns with float32.</summary>
    public required double ImagesPerSecond { get; init; }

    /// <summary>How activations got their ranges.</summary>
    public required CalibrationMethod Method { get; init; }

    /// <summary>Whether weights use 7 of their 8 bits.</summary>
    public required bool ReducedRange { get; init; }

    /// <summary>Whether biases were corrected.</summary>
    public required bool BiasCorrection { get; init; }

    /// <summary>Whether the ranges of consecutive layers were made alike.</summary>
    public required bool CrossLayerEqualization { get; init; }

    /// <summary>The layers that stayed float32.</summary>
    public required IReadOnlyList<string> Float32Layers { get; init; }

    /// <summary>Whether this CPU has instructions for int8: AVX512-VNNI, AVX-VNNI or Arm's dot product.</summary>
    public required bool HasInt8Instructions { get; init; }

    /// <summary>How many times as fast int8 is, here.</summary>
    public double Speedup => ImagesPerSecond / Float32ImagesPerSecond;

    /// <summary>The size in int8 as a fraction of that in float32.</summary>
    public double SizeRatio => (double)Bytes / Float32Bytes;

    /// <summary>Which model to use on this machine, by what was measured.</summary>
    public string Recommendation => this switch
    {
        { KeepsAccuracy: false } => "Keep the float32 model: int8 loses more than is allowed, whatever was tried.",
        { Speedup: >= Faster } => Invariant($"Use the int8 model: on this machine it is {Speedup:F1} times as fast."),
        { Speedup: > 1 / Faster } => "Use the int8 model where its size matters: on this machine it is as fast as float32.",
        _ => Invariant($"Use the float32 model on this machine, where int8 is {1 / Speedup:F1} times as slow; use int8 where its size matters, or on CPUs with instructions for int8."),
    };

    /// <summary>The report in words, some lines.</summary>
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
        string[] done = [.. new[] { ReducedRange ? "weights of 7 bits" : "", BiasCorrection ? "bias correction" : "", CrossLayerEqualization ? "cross-layer equalisation" : "" }
            .Where(text => text.Length > 0)];
        return done.Length == 0 ? "nothing" : string.Join(", ", done);
    }
}
