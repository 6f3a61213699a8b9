using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace ResNeXt.AspNetCore.Metrics;

/// <summary>Collects the measurements of the meter, and writes them in Prometheus' text format.</summary>
// OpenTelemetry's exporter for Prometheus is still a preview, which a released package must not depend on.
internal sealed class PrometheusText : IDisposable
{
    /// <summary>The content type of the text.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<MetricSeries> _series = [];

    public PrometheusText(PredictorMetrics metrics)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter != metrics.Meter)
                return;
            var series = new MetricSeries(instrument);
            _series.Enqueue(series);
            listener.EnableMeasurementEvents(instrument, series);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, series) => ((MetricSeries)series!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, series) => ((MetricSeries)series!).Record(value, tags));
        _listener.Start();
    }

    /// <summary>Writes the values of now.</summary>
    public string Write()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (MetricSeries series in _series)
            series.Write(text);
        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();
}
