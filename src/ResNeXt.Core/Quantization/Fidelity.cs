namespace ResNeXt.Core.Quantization;

/// <summary>What a network in int8 makes of the held-back images, beside the one in float32.</summary>
/// <param name="Images">How many images there are.</param>
/// <param name="Changed">How many of them get another class.</param>
/// <param name="Lost">How many more of the labelled ones are classified wrong; below 0 where fewer are.</param>
/// <param name="Divergence">Mean Kullback-Leibler divergence of its probabilities from those in float32.</param>
/// <param name="Excess">By how many images it changes or loses more than allowed; 0 is good enough.</param>
internal sealed record Fidelity(int Images, int Changed, int Lost, double Divergence, int Excess) : IComparable<Fidelity>
{
    /// <summary>Whether no more is lost than allowed.</summary>
    public bool IsGoodEnough => Excess == 0;

    /// <summary>The better one comes first. Among those that are good enough single images decide nothing: the probabilities do.</summary>
    public int CompareTo(Fidelity? other) => other is null ? -1 : (Excess, Divergence).CompareTo((other.Excess, other.Divergence));
}
