using ResNeXt.Core.Onnx.Graphs;

namespace ResNeXt.Core.Onnx.Import;

/// <summary>The parameters and statistics of a batch normalization with the epsilon of this library.</summary>
/// <param name="Scale">The factor of every channel (gamma).</param>
/// <param name="Shift">The addend of every channel (beta).</param>
/// <param name="Mean">The running mean.</param>
/// <param name="Variance">The running variance.</param>
internal sealed record ChannelNormalization(float[] Scale, float[] Shift, float[] Mean, float[] Variance)
{
    public const float Epsilon = NetworkGraph.Epsilon;

    /// <summary>The variance of a normalization that changes nothing: together with epsilon it is 1.</summary>
    public const float FoldedVariance = 1 - Epsilon;

    /// <summary>Gets a normalization that only adds the bias: the mean is 0, and variance and epsilon are 1 together.</summary>
    /// <param name="bias">The bias of a convolution that contains its normalization.</param>
    public static ChannelNormalization Folded(float[] bias)
    {
        var scale = new float[bias.Length];
        var variance = new float[bias.Length];
        Array.Fill(scale, 1f);
        Array.Fill(variance, FoldedVariance);
        return new(scale, bias, new float[bias.Length], variance);
    }

    /// <summary>Gets a normalization that computes the same as one with another epsilon after a convolution with a bias.</summary>
    public static ChannelNormalization Of(float[] scale, float[] shift, float[] mean, float[] variance, float epsilon, float[] bias)
    {
        for (int channel = 0; channel < scale.Length; channel++)
        {
            mean[channel] -= bias[channel];
            if (epsilon == Epsilon)
                continue;
            // A smaller epsilon cannot always be moved into the variance, so the rest goes into the scale.
            double total = (double)variance[channel] + epsilon;
            variance[channel] = (float)Math.Max(0, total - Epsilon);
            scale[channel] = (float)(scale[channel] * Math.Sqrt(((double)variance[channel] + Epsilon) / total));
        }
        return new(scale, shift, mean, variance);
    }
}
