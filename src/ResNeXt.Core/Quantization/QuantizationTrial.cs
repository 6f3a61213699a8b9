using ResNeXt.Core.Quantization.Graphs;

namespace ResNeXt.Core.Quantization;

/// <summary>One trial of a <see cref="QuantizationSearch"/>: settings, the network that they give, and how good it is.</summary>
/// <param name="Settings">The settings.</param>
/// <param name="Network">The network, quantized with these settings.</param>
/// <param name="Fidelity">The comparison with the float32 network.</param>
internal sealed record QuantizationTrial(QuantizationSettings Settings, QuantizedNetwork Network, Fidelity Fidelity)
{
    /// <summary>Returns the better of two trials; this one if they are equal.</summary>
    public QuantizationTrial OrBetter(QuantizationTrial other) => other.Fidelity.CompareTo(Fidelity) < 0 ? other : this;
}

/// <summary>How closely an int8 network reproduces the float32 network on the held-back images.</summary>
/// <param name="Changed">The number of images whose predicted class changes.</param>
/// <param name="Lost">The number of labeled images that int8 classifies wrong beyond those that float32 does; negative if there are fewer.</param>
/// <param name="Divergence">The mean Kullback-Leibler divergence of the int8 probabilities from the float32 probabilities.</param>
/// <param name="Excess">The number of images by which <paramref name="Changed"/> and <paramref name="Lost"/> exceed what is allowed.</param>
internal sealed record Fidelity(int Changed, int Lost, double Divergence, int Excess) : IComparable<Fidelity>
{
    /// <summary>Whether no more is lost than allowed.</summary>
    public bool IsGoodEnough => Excess == 0;

    /// <summary>Orders the better one first. Among those that are good enough, single images are chance, so the probabilities decide.</summary>
    public int CompareTo(Fidelity? other) => other is null ? -1 : (Excess, Divergence).CompareTo((other.Excess, other.Divergence));
}
