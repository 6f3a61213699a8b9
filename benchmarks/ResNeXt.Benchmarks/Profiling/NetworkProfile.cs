using ResNeXt.Benchmarks.Comparison.Training;
using ResNeXt.Core.Networks;
using static TorchSharp.torch;

namespace ResNeXt.Benchmarks.Profiling;

/// <summary>Where the time of a training step goes, by kind of layer, each layer measured alone.</summary>
internal static class NetworkProfile
{
    private const double Training = 3 * 2 / 1e9;

    public static IReadOnlyList<LayerTime> Of(TrainingWork work, ScalarType type)
    {
        var clock = new LayerClock(work.BatchSize, type);
        var sizes = new Dictionary<string, int>(StringComparer.Ordinal) { [NetworkDefinition.Images] = work.ImageSize };
        var times = new List<LayerTime>();
        LayerSpec[] layers = [.. work.Network.LayerSpecs(work.Classes)];
        var fused = new HashSet<LayerSpec>();
        foreach (LayerSpec layer in layers)
        {
            int size = sizes[layer.Inputs[0]];
            LayerSummary summary = layer.Summarize(sizes[layer.Name] = layer.OutputSize(size));
            if (fused.Contains(layer))
                continue;
            LayerSpec[] together = [.. Together(layers, layer)];
            fused.UnionWith(together);
            Fusion fusion = together switch
            {
                [] => Fusion.None,
                [{ Kind: LayerKind.Addition }, ..] => Fusion.AdditionAndRelu,
                [_, _] => Fusion.ReluAndMaxPooling,
                _ => Fusion.Relu,
            };
            string kind = string.Join(", ", together.Select(other => other.Summarize(size).Kind).Prepend(summary.Kind));
            times.Add(new(kind, 1, clock.Measure(layer, fusion, size), Training * summary.MultiplyAdds * work.BatchSize));
        }
        return [.. times.GroupBy(time => time.Kind).Select(kind => new LayerTime(
            kind.Key, kind.Count(), kind.Sum(time => time.Milliseconds), kind.Sum(time => time.Gigaflops))).OrderByDescending(time => time.Milliseconds)];
    }

    // The layers after a batch normalization: the ReLU and the stem's pooling, or the addition whose first input it is and its ReLU.
    private static IEnumerable<LayerSpec> Together(IReadOnlyList<LayerSpec> layers, LayerSpec normalization)
    {
        if (normalization.Kind != LayerKind.BatchNormalization)
            return [];
        LayerSpec[] behind = [.. layers.SkipWhile(layer => layer.Inputs[0] != normalization.Name).Take(2)];
        return behind switch
        {
            [{ Kind: LayerKind.Relu } relu, { Kind: LayerKind.MaxPooling } pooling] => [relu, pooling],
            [{ Kind: LayerKind.Relu } relu, ..] => [relu],
            [{ Kind: LayerKind.Addition } addition, { Kind: LayerKind.Relu } relu] => [addition, relu],
            _ => [],
        };
    }
}
