using ResNeXt.Core.Networks;

namespace ResNeXt.Core.Quantization.Folding;

/// <summary>How an int8 model computes a grouped convolution. All layouts give the same result to the last bit; processors differ in their speed.</summary>
/// <param name="Width">Input channels of a group, see <see cref="GroupMerging.Merge"/>.</param>
/// <param name="IsSplit">
/// Whether each group is a convolution of its own, between a Split and a Concat. ONNX Runtime then copies whole rows of a window at once.
/// </param>
internal sealed record GroupLayout(int Width, bool IsSplit)
{
    private const int LeastWidth = 16, MostWidth = 64, MostParts = 32;

    /// <summary>A good layout where nothing has been measured.</summary>
    public static GroupLayout Default { get; } = new(LeastWidth, IsSplit: false);

    /// <summary>The layouts of a layer that may be the fastest; the first computes what <see cref="Default"/> computes.</summary>
    public static IReadOnlyList<GroupLayout> Candidates(LayerSpec layer)
    {
        var candidates = new List<GroupLayout>();
        int merged = 0;
        for (int width = LeastWidth; width <= MostWidth; width *= 2)
        {
            int groups = GroupMerging.Merge(layer, width).Groups;
            if (groups == merged)
                continue;
            merged = groups;
            candidates.Add(new(width, IsSplit: false));
            if (groups is > 1 and <= MostParts)
                candidates.Add(new(width, IsSplit: true));
        }
        return candidates;
    }
}
