using System.Collections.Immutable;

namespace ResNeXt.Core.Networks;

/// <summary>The layers of a bottleneck in each of its forms, from its input to what is added to the shortcut (arXiv 1611.05431, figure 3).</summary>
internal static class BottleneckPlan
{
    /// <summary>Adds the layers to a plan and returns the name of the last one.</summary>
    public static string Write(LayerPlan plan, BlockSpec block, string x)
    {
        string last = block.Form switch
        {
            BlockForm.Aggregated => Aggregated(plan, block, x),
            BlockForm.EarlyConcatenation or BlockForm.SplitTransformMerge => Concatenated(plan, block, x),
            _ => Grouped(plan, block, x),
        };
        return plan.Normalization($"{block.Name}.bn3", last);
    }

    /// <summary>The name of one transformation.</summary>
    public static string Path(BlockSpec block, int index) => $"{block.Name}.paths.{index}";

    private static string Grouped(LayerPlan plan, BlockSpec block, string x)
    {
        int firstGroups = block.Form == BlockForm.SplitGrouped ? block.Cardinality : 1;
        string y = plan.Unit(block.Name, 1, x, block.Width, kernel: 1, FirstStride(block), firstGroups);
        y = plan.Unit(block.Name, 2, y, block.Width, kernel: 3, SecondStride(block), block.Cardinality);
        return plan.Convolution($"{block.Name}.conv3", y, block.OutputChannels, kernel: 1);
    }

    private static string Concatenated(LayerPlan plan, BlockSpec block, string x)
    {
        bool split = block.Form == BlockForm.SplitTransformMerge;
        ImmutableArray<string> paths = [.. Enumerable.Range(0, block.Cardinality).Select(index =>
            Transformation(plan, block, index, split ? Part(plan, block, index, x) : x))];
        return plan.Convolution($"{block.Name}.conv3", plan.Concatenation($"{block.Name}.concat", paths), block.OutputChannels, kernel: 1);
    }

    // Only the first path's 1x1 may have a bias: the sum needs one.
    private static string Aggregated(LayerPlan plan, BlockSpec block, string x)
    {
        ImmutableArray<string> paths = [.. Enumerable.Range(0, block.Cardinality).Select(index => plan.Convolution(
            $"{Path(block, index)}.conv3", Transformation(plan, block, index, x), block.OutputChannels, kernel: 1, sharesBias: index > 0))];
        return plan.Addition($"{block.Name}.sum", paths, inPlace: true);
    }

    private static string Transformation(LayerPlan plan, BlockSpec block, int index, string x)
    {
        string path = Path(block, index);
        string y = plan.Unit(path, 1, x, block.PathWidth, kernel: 1, FirstStride(block), copies: block.Cardinality);
        return plan.Unit(path, 2, y, block.PathWidth, kernel: 3, SecondStride(block), copies: block.Cardinality);
    }

    private static string Part(LayerPlan plan, BlockSpec block, int index, string x)
    {
        int channels = block.InputChannels / block.Cardinality;
        return plan.Slice($"{Path(block, index)}.split", x, index * channels, channels);
    }

    private static int FirstStride(BlockSpec block) => block.StridePlacement == StridePlacement.First1x1 ? block.Stride : 1;

    private static int SecondStride(BlockSpec block) => block.StridePlacement == StridePlacement.First1x1 ? 1 : block.Stride;
}
