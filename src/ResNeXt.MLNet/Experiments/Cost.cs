namespace ResNeXt.MLNet.Experiments;

/// <summary>What a training takes.</summary>
/// <param name="Once">Seconds whatever the epochs: reading, exporting, evaluating.</param>
/// <param name="PerEpoch">Seconds for every epoch.</param>
internal sealed record Cost(double Once, double PerEpoch)
{
    /// <summary>From a training of so many epochs; without <paramref name="perEpoch"/> everything counts as epochs.</summary>
    public static Cost Of(double seconds, int epochs, double? perEpoch)
    {
        double epoch = Math.Min(perEpoch ?? double.PositiveInfinity, seconds / epochs);
        return new(seconds - epochs * epoch, epoch);
    }
}
