using ResNeXt.Core;

namespace ResNeXt.MLNet.Experiments;

/// <summary>Measures how long an epoch takes, its report included, apart from what a training needs once, and passes the reports on.</summary>
internal sealed class EpochClock(TimeProvider time, IProgress<EpochReport>? listener) : IProgress<EpochReport>
{
    private long _reported;
    private double _seconds;
    private int _epochs, _trainings;

    /// <summary>Of all trainings that reported together, one per fold; null while none has had two epochs.</summary>
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
