using ResNeXt.Benchmarks.Comparison.Training;
using ResNeXt.Core;
using ResNeXt.Core.Plan;
using static TorchSharp.torch;

namespace ResNeXt.Benchmarks.Profiling;

/// <summary>Where the time of a training step goes, by kind of layer, each layer measured alone.</summary>
internal static class NetworkProfile
{
    private const double Training = 3 * 2 / 1e9;

    public static IReadOnlyList<LayerTime> Of(TrainingWork work, ScalarType type)
    {
        var clock = new LayerClock(work.BatchSize, type);
        var sizes = new Dictionary<string, int>(StringComparer.Ordinal) { [NetworkPlan.Images] = work.ImageSize };
        var times = new List<LayerTime>();
        foreach (LayerSpec layer in NetworkPlan.Of(work.Network, work.Classes).Layers)
        {
            int size = sizes[layer.Inputs[0]];
            LayerSummary summary = layer.Summarize(sizes[layer.Name] = layer.OutputSize(size));
            times.Add(new(summary.Kind, 1, clock.Measure(layer, size), Training * summary.MultiplyAdds * work.BatchSize));
        }
        return [.. times.GroupBy(time => time.Kind).Select(kind => new LayerTime(
            kind.Key, kind.Count(), kind.Sum(time => time.Milliseconds), kind.Sum(time => time.Gigaflops))).OrderByDescending(time => time.Milliseconds)];
    }
}
