using ResNeXt.Core.Networks;

namespace ResNeXt.Core.Quantization.Layouts;

/// <summary>
/// Merges neighboring groups of a grouped convolution into wider ones, with zero weights between the old groups: the result is the same to the last
/// bit. ONNX Runtime multiplies int8 groups one by one, and a product of 4 channels takes it longer than one of 16.
/// </summary>
internal static class GroupMerging
{
    /// <summary>Returns the layer with merged groups; unchanged if it has no groups.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="width">The most input channels of a merged group. Groups that have more stay as they are.</param>
    public static LayerSpec Merge(LayerSpec layer, int width)
    {
        int merged = layer.InputChannels / layer.Groups, groups = layer.Groups;
        while (groups % 2 == 0 && merged * 2 <= width)
            (merged, groups) = (merged * 2, groups / 2);
        return layer with { Groups = groups };
    }

    /// <summary>Returns the filters for the merged layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="merged">The merged layer, from <see cref="Merge"/>.</param>
    /// <param name="filters">The filters of the layer, one row per output channel.</param>
    public static T[] Expand<T>(LayerSpec layer, LayerSpec merged, T[] filters) where T : unmanaged
    {
        if (merged.Groups == layer.Groups)
            return filters;
        int factor = layer.Groups / merged.Groups, length = filters.Length / layer.OutputChannels;
        var expanded = new T[filters.Length * factor];
        for (int output = 0; output < layer.OutputChannels; output++)
        {
            int place = output / (layer.OutputChannels / layer.Groups) % factor;
            filters.AsSpan(output * length, length).CopyTo(expanded.AsSpan((output * factor + place) * length));
        }
        return expanded;
    }
}
