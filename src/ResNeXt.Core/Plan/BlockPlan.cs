namespace ResNeXt.Core.Plan;

/// <summary>The layers of one residual block.</summary>
internal static class BlockPlan
{
    /// <summary>Adds a block to a plan and returns the name of its last layer.</summary>
    public static string Write(LayerPlan plan, BlockSpec block, string input)
    {
        string y = block.Kind == BlockKind.Basic ? Basic(plan, block, input) : Bottleneck(plan, block, input);
        return plan.Relu($"{block.Name}.relu", plan.Addition($"{block.Name}.add", y, Shortcut(plan, block, input)));
    }

    private static string Basic(LayerPlan plan, BlockSpec block, string x)
    {
        string y = plan.Unit(block.Name, 1, x, block.Width, kernel: 3, block.Stride);
        return plan.Normalization($"{block.Name}.bn2", plan.Convolution($"{block.Name}.conv2", y, block.OutputChannels, kernel: 3));
    }

    // The stride sits on the 3x3, as in torchvision and the ResNeXt paper; the first ResNets had it on the first 1x1.
    private static string Bottleneck(LayerPlan plan, BlockSpec block, string x)
    {
        string y = plan.Unit(block.Name, 1, x, block.Width, kernel: 1);
        y = plan.Unit(block.Name, 2, y, block.Width, kernel: 3, block.Stride, block.Cardinality);
        return plan.Normalization($"{block.Name}.bn3", plan.Convolution($"{block.Name}.conv3", y, block.OutputChannels, kernel: 1));
    }

    private static string Shortcut(LayerPlan plan, BlockSpec block, string x) => block.Shortcut switch
    {
        ShortcutKind.Projection => plan.Normalization($"{block.Name}.downsample.1",
            plan.Convolution($"{block.Name}.downsample.0", x, block.OutputChannels, kernel: 1, block.Stride)),
        ShortcutKind.ZeroPadding => plan.ZeroPadding($"{block.Name}.shortcut", x, block.OutputChannels, block.Stride),
        _ => x,
    };
}
