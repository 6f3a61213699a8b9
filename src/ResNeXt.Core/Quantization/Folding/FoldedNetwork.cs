using System.Collections.Immutable;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights.Matching;

namespace ResNeXt.Core.Quantization.Folding;

/// <summary>
/// The network of a classifier, in float32, with batch normalization folded into the convolutions: the first step of quantization. In inference,
/// batch normalization is linear, so it only scales the filters of the convolution before it and adds a bias.
/// </summary>
/// <param name="Layers">The layers, in order, without batch normalization.</param>
/// <param name="Weights">The tensors of the layers: filters and bias for every convolution.</param>
internal sealed record FoldedNetwork(ImmutableArray<LayerSpec> Layers, StateDict Weights)
{
    /// <summary>The layers with weights: convolutions and the fully connected layer.</summary>
    public IEnumerable<LayerSpec> WeightedLayers => Layers.Where(layer => layer.Kind is LayerKind.Convolution or LayerKind.Linear);

    /// <summary>Folds the network of a classifier. Block forms with separate paths become the equivalent grouped form.</summary>
    public static FoldedNetwork Of(ClassifierModel model)
    {
        Architecture given = model.Architecture, grouped = given with { Form = Grouped(given.Form) };
        StateDict weights = grouped.Form == given.Form ? model.Weights : BlockFormConverter.Convert(model.Weights, given, grouped);
        return Fold(grouped.LayerSpecs(model.ClassNames.Count), weights);
    }

    /// <summary>The filters of a layer, one row per output channel, and its bias.</summary>
    public (WeightTensor Filters, ReadOnlyMemory<float> Bias) Tensors(LayerSpec layer) =>
        (Weights.Tensors[Filters(layer)], Weights.Tensors[Bias(layer)].Values);

    /// <summary>Returns the network with other values for some tensors.</summary>
    public FoldedNetwork With(IReadOnlyDictionary<string, float[]> values) => this with
    {
        Weights = new StateDict(Weights.Tensors.Select(item =>
            values.TryGetValue(item.Key, out float[]? changed) ? KeyValuePair.Create(item.Key, item.Value with { Values = changed }) : item)),
    };

    /// <summary>The name of the tensor with a layer's filters.</summary>
    public static string Filters(LayerSpec layer) => $"{layer.Name}.weight";

    /// <summary>The name of the tensor with a layer's bias.</summary>
    public static string Bias(LayerSpec layer) => $"{layer.Name}.bias";

    private static FoldedNetwork Fold(IReadOnlyList<LayerSpec> layers, StateDict weights)
    {
        Dictionary<string, LayerSpec> normalizations =
            layers.Where(layer => layer.Kind == LayerKind.BatchNormalization).ToDictionary(layer => layer.Inputs[0]);
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

    // y = gamma (conv(x) - mean) / sqrt(variance + epsilon) + beta = factor conv(x) + (beta - factor mean).
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
}
