using ResNeXt.Core.Kernels.FusedNorm;
using ResNeXt.Core.Kernels.Im2Col;
using static TorchSharp.torch;

namespace ResNeXt.Core.Machine.Probes;

/// <summary>The probes of a self-check.</summary>
internal static class ComputationProbes
{
    // Correct float32 results are off by some millionths, correct bfloat16 results by their last bit, 2^-9 of a value.
    private const double Tolerance = 1e-4, BFloat16Tolerance = 0.02;

    /// <summary>Makes the probes of one type.</summary>
    /// <param name="inBFloat16">Whether they compute in bfloat16 rather than float32.</param>
    public static IReadOnlyList<ComputationProbe> Of(bool inBFloat16)
    {
        ScalarType type = inBFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        return [.. Convolutions(inBFloat16).Select(convolution => OfConvolution(convolution, type)), .. OfKernels(type)];
    }

    // Projection shortcuts, the kinds that are wrong with caches of one byte, every kind of block, and the stem.
    private static IEnumerable<ProbedConvolution> Convolutions(bool inBFloat16) =>
    [
        new(256, 512, Size: 4, Kernel: 1, Stride: 2, Groups: 1),
        new(64, 256, Size: 4, Kernel: 1, Stride: 1, Groups: 1),
        new(64, 64, Size: 8, Kernel: 3, Stride: 1, Groups: 1),
        new(64, 64, Size: 8, Kernel: 3, Stride: 2, Groups: 16),
        new(8, 8, Size: 8, Kernel: 3, Stride: 1, Groups: 1),
        .. inBFloat16 ? [] : new ProbedConvolution[]
        {
            new(4, 4, Size: 8, Kernel: 3, Stride: 1, Groups: 1),
            new(8, 8, Size: 8, Kernel: 3, Stride: 1, Groups: 1) { IsPlanar = true },
            new(3, 16, Size: 16, Kernel: 7, Stride: 2, Groups: 1),
        },
    ];

    private static ComputationProbe OfConvolution(ProbedConvolution convolution, ScalarType type) =>
        Probe($"{convolution}", type, ProbeParts.OneDnn,
            () => convolution.Error(type, (x, weight) => nn.functional.conv2d(
                x, weight, null, [convolution.Stride, convolution.Stride], [convolution.Kernel / 2, convolution.Kernel / 2],
                groups: convolution.Groups)));

    private static IEnumerable<ComputationProbe> OfKernels(ScalarType type)
    {
        // The cases that these kernels are for: few windows per channel, and maps that fit into a window.
        var lowered = new ProbedConvolution(32, 64, Size: 4, Kernel: 3, Stride: 1, Groups: 1);
        var unrolled = new ProbedConvolution(32, 32, Size: 2, Kernel: 3, Stride: 1, Groups: 1) { Images = 16 };
        var windows = new WindowGeometry(3, 1, 1);
        yield return Probe($"{lowered}, by im2col", type, ProbeParts.Kernel | ProbeParts.OneDnn,
            () => lowered.Error(type, (x, weight) => LoweredConvolution.Compute(x, weight, null, windows)));
        yield return Probe($"{unrolled}, unrolled", type, ProbeParts.Kernel | ProbeParts.OneDnn,
            () => unrolled.Error(type, (x, weight) => UnrolledConvolution.Compute(x, weight, null, windows)));
        if (!FusedBatchNormRelu.IsSupported)
            yield break;
        yield return Probe("batch normalization, shortcut and ReLU", type, ProbeParts.Kernel,
            () => ProbedNormalization.Error(type, withShortcut: true,
                (normalization, x, shortcut) => FusedBatchNormRelu.Compute(normalization, x, shortcut), static y => y));
        yield return Probe("batch normalization, ReLU and max pooling", type, ProbeParts.Kernel,
            () => ProbedNormalization.Error(type, withShortcut: false,
                (normalization, x, _) => FusedBatchNormReluMaxPool.Compute(normalization, x, new(3, 2, 1)),
                static y => nn.functional.max_pool2d(y, 3, 2, 1)));
    }

    private static ComputationProbe Probe(string name, ScalarType type, ProbeParts parts, Func<double> error) => type == ScalarType.BFloat16
        ? new($"{name}, bfloat16", parts | ProbeParts.BFloat16, BFloat16Tolerance, error)
        : new($"{name}, float32", parts, Tolerance, error);
}
