using System.Collections.Immutable;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights.Matching;
using static System.FormattableString;

namespace ResNeXt.Core.Quantization.Folding;

/// <summary>A network whose normalisations are part of the convolutions before them: every convolution has filters and a bias.</summary>
/// <param name="Layers">The layers, in order.</param>
/// <param name="Weights">Their tensors.</param>
internal sealed record FoldedNetwork(ImmutableArray<LayerSpec> Layers, StateDict Weights)
{
    /// <summary>The layers that multiply by weights.</summary>
    public IEnumerable<LayerSpec> WeightedLayers => Layers.Where(layer => layer.Kind is LayerKind.Convolution or LayerKind.Linear);

    /// <summary>Folds a classifier's network. Forms of the bottleneck that run their paths apart become the grouped form, which computes the same.</summary>
    /// <exception cref="InvalidDataException">A tensor holds something else than finite numbers.</exception>
    public static FoldedNetwork Of(ClassifierModel model)
    {
        Architecture given = model.Architecture, grouped = given with { Form = Grouped(given.Form) };
        StateDict weights = grouped.Form == given.Form ? model.Weights : BlockFormConverter.Convert(model.Weights, given, grouped);
        CheckFinite(weights);
        return Fold(grouped.LayerSpecs(model.ClassNames.Count), weights);
    }

    /// <summary>The values of a layer's filters, row by row of the output channels, and its bias.</summary>
    public (WeightTensor Filters, ReadOnlyMemory<float> Bias) Tensors(LayerSpec layer) =>
        (Weights.Tensors[Filters(layer)], Weights.Tensors[Bias(layer)].Values);

    /// <summary>The network with other values for some tensors.</summary>
    public FoldedNetwork With(IReadOnlyDictionary<string, float[]> values) => this with
    {
        Weights = new StateDict(Weights.Tensors.Select(item =>
            values.TryGetValue(item.Key, out float[]? changed) ? KeyValuePair.Create(item.Key, item.Value with { Values = changed }) : item)),
    };

    /// <summary>The name of a layer's filters.</summary>
    public static string Filters(LayerSpec layer) => $"{layer.Name}.weight";

    /// <summary>The name of a layer's bias.</summary>
    public static string Bias(LayerSpec layer) => $"{layer.Name}.bias";

    private static FoldedNetwork Fold(IReadOnlyList<LayerSpec> layers, StateDict weights)
    {
        Dictionary<string, LayerSpec> normalizations = layers.Where(layer => layer.Kind == LayerKind.BatchNormalization).ToDictionary(layer => layer.Inputs[0]);
        Dictionary<string, string> convolutions = normalizations.ToDictionary(item => item.Value.Name, item => item.Key);
        var folded = ImmutableArray.CreateBuilder<LayerSpec>();
        var tensors = new List<KeyValuePair<string, WeightTensor>>();
        foreach (LayerSpec layer in layers.Where(layer => layer.Kind != LayerKind.BatchNormalization))
        {
            folded.Add(layer with
            {
                Inputs = [.. layer.Inputs.Select(input => convolutions.GetValueOrDefault(input, input))],
                HasBias = layer.Kind == LayerKind.Convolution,
            });
            tensors.AddRange(normalizations.TryGetValue(layer.Name, out LayerSpec? normalization)
                ? Fold(layer, normalization, weights)
                : layer.Tensors().Select(spec => KeyValuePair.Create(spec.Name, weights.Tensors[spec.Name])));
        }
        return new(folded.ToImmutable(), new StateDict(tensors));
    }

    // What is linear behind a convolution is a factor for every filter, and a bias.
    private static KeyValuePair<string, WeightTensor>[] Fold(LayerSpec convolution, LayerSpec normalization, StateDict weights)
    {
        ReadOnlySpan<float> Of(string name) => weights.Tensors[name].Values.Span;
        ReadOnlySpan<float> gamma = Of($"{normalization.Name}.weight"), beta = Of($"{normalization.Name}.bias");
        ReadOnlySpan<float> mean = Of($"{normalization.Name}.running_mean"), variance = Of($"{normalization.Name}.running_var");
        WeightTensor filters = weights.Tensors[Filters(convolution)];
        float[] folded = filters.Values.ToArray(), bias = new float[gamma.Length];
        int length = folded.Length / bias.Length;
        for (int channel = 0; channel < bias.Length; channel++)
        {
            double factor = gamma[channel] / Math.Sqrt((double)variance[channel] + NetworkGraph.Epsilon);
            bias[channel] = (float)(beta[channel] - mean[channel] * factor);
            foreach (ref float value in folded.AsSpan(channel * length, length))
                value = (float)(value * factor);
        }
        return
        [
            KeyValuePair.Create(Filters(convolution), filters with { Values = folded }),
            KeyValuePair.Create(Bias(convolution), new WeightTensor([bias.Length], bias)),
        ];
    }

    private static BlockForm Grouped(BlockForm form) => form switch
    {
        BlockForm.Aggregated or BlockForm.EarlyConcatenation => BlockForm.Grouped,
        BlockForm.SplitTransformMerge => BlockForm.SplitGrouped,
        _ => form,
    };

    private static void CheckFinite(StateDict weights)
    {
        foreach ((string name, WeightTensor tensor) in weights.Tensors)
        {
            foreach (float value in tensor.Values.Span)
            {
                if (!float.IsFinite(value))
                    throw new InvalidDataException(Invariant($"The tensor '{name}' holds {value}, which is no finite number; such a network cannot be quantised. Train it again, or take an earlier state."));
            }
        }
    }
}
