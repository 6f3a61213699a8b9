using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace ResNeXt.AspNetCore.Metrics;

/// <summary>The values of one instrument, by their tags, and their lines in Prometheus' text format.</summary>
internal sealed class MetricSeries
{
    private readonly Instrument _instrument;
    private readonly bool _isSum;
    private readonly string _name, _type;
    private readonly IReadOnlyList<double>? _bounds;
    private readonly SortedDictionary<string, Value> _values = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    public MetricSeries(Instrument instrument)
    {
        _instrument = instrument;
        bool isCounter = instrument is Counter<long>;
        _isSum = isCounter || instrument is UpDownCounter<long>;
        _bounds = instrument is Histogram<double> histogram ? histogram.Advice?.HistogramBucketBoundaries ?? [] : null;
        _type = isCounter ? "counter" : _bounds is null ? "gauge" : "histogram";
        _name = instrument.Name.Replace('.', '_') + (instrument.Unit == "s" ? "_seconds" : "") + (isCounter ? "_total" : "");
        // A series exists from the start, so that its rate is known from its first event on.
        if (_isSum || _bounds is not null)
            _values[""] = new Value(_bounds);
    }

    /// <summary>Takes a measurement.</summary>
    public void Record(double measurement, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string labels = Labels(tags);
        lock (_lock)
        {
            if (labels.Length > 0)
                _values.Remove("");
            if (!_values.TryGetValue(labels, out Value? value))
                _values[labels] = value = new Value(_bounds);
            value.Sum = _isSum || _bounds is not null ? value.Sum + measurement : measurement;
            if (_bounds is null)
                return;
            value.Count++;
            for (int bucket = 0; bucket < _bounds.Count; bucket++)
                value.Buckets[bucket] += measurement <= _bounds[bucket] ? 1 : 0;
        }
    }

    /// <summary>Writes the lines.</summary>
    public void Write(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"# HELP {_name} {_instrument.Description}\n# TYPE {_name} {_type}\n");
        lock (_lock)
        {
            foreach ((string labels, Value value) in _values)
            {
                if (_bounds is null)
                {
                    Line(text, "", labels, value.Sum);
                    continue;
                }
                for (int bucket = 0; bucket < _bounds.Count; bucket++)
                    Line(text, "_bucket", With(labels, $"le=\"{Number(_bounds[bucket])}\""), value.Buckets[bucket]);
                Line(text, "_bucket", With(labels, "le=\"+Inf\""), value.Count);
                Line(text, "_sum", labels, value.Sum);
                Line(text, "_count", labels, value.Count);
            }
        }
    }

    private void Line(StringBuilder text, string ending, string labels, double value) =>
        text.Append(_name).Append(ending).Append(labels.Length > 0 ? $"{{{labels}}}" : "").Append(' ').Append(Number(value)).Append('\n');

    private static string With(string labels, string label) => labels.Length > 0 ? $"{labels},{label}" : label;

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
            return "";
        var labels = new List<string>(tags.Length);
        foreach ((string name, object? value) in tags)
        {
            string text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            labels.Add($"{name.Replace('.', '_')}=\"{text.Replace(@"\", @"\\").Replace("\"", "\\\"").Replace("\n", @"\n")}\"");
        }
        return string.Join(',', labels);
    }

    private sealed class Value(IReadOnlyList<double>? bounds)
    {
        public long[] Buckets { get; } = new long[bounds?.Count ?? 0];

        public long Count { get; set; }

        public double Sum { get; set; }
    }
}
