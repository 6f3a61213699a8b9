using ResNeXt.Core.Networks;

namespace ResNeXt.Core.Quantization.Layouts;

/// <summary>
/// How an int8 model computes a convolution. All layouts give the same result to the last bit, unless products of 8-bit weights are clipped (see
/// <see cref="QuantizationOptions.ReduceRange"/>); processors differ in their speed.
/// </summary>
/// <param name="Width">Input channels of a group, see <see cref="GroupMerging.Merge"/>.</param>
/// <param name="IsSplit">
/// Whether each group is a convolution of its own, between a Split and a Concat. ONNX Runtime then copies whole rows of a window at once.
/// </param>
internal sealed record ConvolutionLayout(int Width, bool IsSplit)
{
    private const int LeastWidth = 16, MostWidth = 64, MostParts = 32;

    /// <summary>A good layout where nothing has been measured.</summary>
    public static ConvolutionLayout Default { get; } = new(LeastWidth, IsSplit: false);

    /// <summary>Whether the input is rearranged first, see <see cref="SpaceToDepth"/>.</summary>
    public bool InBlocks { get; init; }

    /// <summary>The layouts of a layer that may be the fastest; the first computes what <see cref="Default"/> computes.</summary>
    /// <param name="layer">The convolution.</param>
    /// <param name="height">The height of its input.</param>
    /// <param name="width">The width of its input.</param>
    public static IReadOnlyList<ConvolutionLayout> Candidates(LayerSpec layer, int height, int width)
    {
        if (layer.Groups == 1)
            return SpaceToDepth.Pays(layer, height, width) ? [Default, Default with { InBlocks = true }] : [Default];
        var candidates = new List<ConvolutionLayout>();
        int merged = 0;
        for (int channels = LeastWidth; channels <= MostWidth; channels *= 2)
        {
            int groups = GroupMerging.Merge(layer, channels).Groups;
            if (groups == merged)
                continue;
            merged = groups;
            candidates.Add(new(channels, IsSplit: false));
            if (groups is > 1 and <= MostParts)
                candidates.Add(new(channels, IsSplit: true));
        }
        return candidates;
    }
}
