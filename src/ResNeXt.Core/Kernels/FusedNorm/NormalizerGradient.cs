namespace ResNeXt.Core.Kernels.FusedNorm;

/// <summary>The gradients of a <see cref="Normalizer"/>. That of its input is gradient Scale + x Slope + Level, by the numbers of a row.</summary>
/// <param name="Weight">Of the weight, for each channel.</param>
/// <param name="Bias">Of the bias, for each channel.</param>
/// <param name="Slope">For each number of a row.</param>
/// <param name="Level">For each number of a row.</param>
internal sealed record NormalizerGradient(float[] Weight, float[] Bias, float[] Slope, float[] Level);
