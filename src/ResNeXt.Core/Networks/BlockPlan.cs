namespace ResNeXt.Core.Networks;

/// <summary>The layers of one residual block.</summary>
internal static class BlockPlan
{
    /// <summary>Adds a block to a plan and returns the name of its last layer.</summary>
    public static string Write(LayerPlan plan, BlockSpec block, string input)
    {
        string y = block.Kind == BlockKind.Basic ? Basic(plan, block, input) : BottleneckPlan.Write(plan, block, input);
        return Join(plan, block, y, input);
    }

    /// <summary>Where the ReLUs at the block's end stand.</summary>
    public static BlockEnd End(BlockSpec block) => block switch
    {
        { Normalization: NormalizationKind.None } => BlockEnd.ReluBefore,
        { Form: BlockForm.SplitTransformMerge or BlockForm.SplitGrouped } => BlockEnd.ReluOnBothSides,
        _ => BlockEnd.ReluBehind,
    };

    private static string Basic(LayerPlan plan, BlockSpec block, string x)
    {
        string y = plan.Unit(block.Name, 1, x, block.Width, kernel: 3, block.Stride);
        return plan.Normalization($"{block.Name}.bn2", plan.Convolution($"{block.Name}.conv2", y, block.OutputChannels, kernel: 3));
    }

    private static string Join(LayerPlan plan, BlockSpec block, string y, string x)
    {
        BlockEnd end = End(block);
        if (end != BlockEnd.ReluBehind)
            y = plan.Relu(block.Kind == BlockKind.Basic ? $"{block.Name}.relu2" : $"{block.Name}.relu3", y);
        // A ReLU that still has to compute its gradient must keep its output, so behind one the addition cannot overwrite it.
        string sum = plan.Addition($"{block.Name}.add", [y, Shortcut(plan, block, x)], inPlace: end == BlockEnd.ReluBehind);
        return end == BlockEnd.ReluBefore ? sum : plan.Relu($"{block.Name}.relu", sum);
    }

    private static string Shortcut(LayerPlan plan, BlockSpec block, string x) => block.Shortcut switch
    {
        ShortcutKind.Projection => plan.Normalization($"{block.Name}.downsample.1",
            plan.Convolution($"{block.Name}.downsample.0", x, block.OutputChannels, kernel: 1, block.Stride)),
        ShortcutKind.ZeroPadding => plan.ZeroPadding($"{block.Name}.shortcut", x, block.OutputChannels, block.Stride),
        _ => x,
    };
}
