using System.Diagnostics.Metrics;

namespace ResNeXt.AspNetCore.Metrics;

/// <summary>The meter <c>ResNeXt.AspNetCore</c>.</summary>
internal sealed class PredictorMetrics
{
    /// <summary>The name of the meter, for <c>AddMeter</c> of OpenTelemetry.</summary>
    public const string MeterName = "ResNeXt.AspNetCore";

    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    };

    private readonly Counter<long> _images, _rejectedRequests, _reloads;
    private readonly UpDownCounter<long> _activeRequests;
    private readonly Histogram<double> _duration;
    private double _loaded;

    public PredictorMetrics(IMeterFactory meters)
    {
        Meter = meters.Create(MeterName);
        _images = Meter.CreateCounter<long>("resnext.predictor.images", "{image}", "Images, by outcome: predicted, or invalid if they cannot be decoded.");
        _duration = Meter.CreateHistogram("resnext.predictor.duration", "s", "Time to wait for a free engine, decode and score an image.", null, Seconds);
        _activeRequests = Meter.CreateUpDownCounter<long>("resnext.predictor.active_requests", "{request}", "Requests that are being answered.");
        _rejectedRequests = Meter.CreateCounter<long>("resnext.predictor.rejected_requests", "{request}", "Requests refused with 429.");
        _reloads = Meter.CreateCounter<long>("resnext.predictor.reloads", "{reload}", "Reloads of a changed model, by outcome: loaded or failed.");
        Meter.CreateObservableGauge("resnext.predictor.model_loaded", () => Volatile.Read(ref _loaded), "s", "When the model was loaded, in Unix time.");
    }

    /// <summary>The meter.</summary>
    public Meter Meter { get; }

    public void Predicted(TimeSpan duration)
    {
        _images.Add(1, new KeyValuePair<string, object?>("outcome", "predicted"));
        _duration.Record(duration.TotalSeconds);
    }

    public void Refused() => _images.Add(1, new KeyValuePair<string, object?>("outcome", "invalid"));

    public void RequestStarted() => _activeRequests.Add(1);

    public void RequestEnded() => _activeRequests.Add(-1);

    public void RequestRejected() => _rejectedRequests.Add(1);

    public void Reloaded(bool succeeded) => _reloads.Add(1, new KeyValuePair<string, object?>("outcome", succeeded ? "loaded" : "failed"));

    public void ModelLoaded(DateTimeOffset time) => Volatile.Write(ref _loaded, time.ToUnixTimeMilliseconds() / 1000.0);
}
