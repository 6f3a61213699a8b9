using ResNeXt.Core;

namespace ResNeXt.MLNet.Experiments.Timing;

/// <summary>
/// Measures how long an epoch takes, without the time that a training needs only once. It listens to the epochs, and passes the reports on.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="listener">The listener to pass the reports on to; null for none.</param>
internal sealed class EpochTimer(TimeProvider time, IProgress<EpochReport>? listener) : IProgress<EpochReport>
{
    private long _reported;
    private double _seconds;
    private int _epochs, _trainings;

    /// <summary>The seconds for an epoch of all trainings that reported (one per fold) together; null while none has had two epochs.</summary>
    public double? SecondsPerEpoch => _epochs == 0 ? null : _seconds / _epochs * _trainings;

    public void Report(EpochReport value)
    {
        if (value.Epoch == 1)
            _trainings++;
        else
            (_seconds, _epochs) = (_seconds + time.GetElapsedTime(_reported).TotalSeconds, _epochs + 1);
        _reported = time.GetTimestamp();
        listener?.Report(value);
    }
}
