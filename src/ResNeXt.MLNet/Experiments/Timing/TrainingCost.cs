namespace ResNeXt.MLNet.Experiments.Timing;

/// <summary>The time that a training takes.</summary>
/// <param name="FixedSeconds">The seconds that do not depend on the epochs: reading, exporting, evaluating.</param>
/// <param name="SecondsPerEpoch">The seconds for each epoch.</param>
internal sealed record TrainingCost(double FixedSeconds, double SecondsPerEpoch)
{
    /// <summary>Measures a training that has ended.</summary>
    /// <param name="seconds">The seconds that it took.</param>
    /// <param name="epochs">The number of its epochs.</param>
    /// <param name="secondsPerEpoch">The seconds for each epoch; null to count all the time as epochs.</param>
    public static TrainingCost Of(double seconds, int epochs, double? secondsPerEpoch)
    {
        double epoch = Math.Min(secondsPerEpoch ?? double.PositiveInfinity, seconds / epochs);
        return new(seconds - epochs * epoch, epoch);
    }
}
