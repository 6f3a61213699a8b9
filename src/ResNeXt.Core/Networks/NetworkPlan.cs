namespace ResNeXt.Core.Networks;

/// <summary>The layers of a whole network, from the normalised images to the logits.</summary>
internal static class NetworkPlan
{
    /// <summary>The name of what goes in.</summary>
    public const string Images = "images";

    /// <summary>The name of the last layer.</summary>
    public const string Head = "fc";

    /// <summary>The name of the layer that makes one value of every channel.</summary>
    public const string Pooling = "avgpool";

    /// <summary>Plans a network.</summary>
    /// <exception cref="ArgumentException">The architecture is impossible, or there is no class.</exception>
    public static LayerPlan Of(Architecture architecture, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        LayerPlan plan = Features(architecture, architecture.Depths.Length);
        plan.Linear(Head, Pooling, classes);
        return plan;
    }

    /// <summary>Plans a network up to its pooled features, without the last layer.</summary>
    /// <param name="architecture">The network.</param>
    /// <param name="stages">How many of its stages to run through before pooling.</param>
    /// <exception cref="ArgumentException">The architecture is impossible.</exception>
    public static LayerPlan Features(Architecture architecture, int stages)
    {
        IReadOnlyList<BlockSpec> blocks = architecture.Blocks();
        var plan = new LayerPlan(Images, architecture.InputChannels, architecture.Normalization);
        string x = Stem(plan, architecture);
        foreach (BlockSpec block in blocks.Where(block => block.Stage < stages))
            x = BlockPlan.Write(plan, block, x);
        plan.GlobalAveragePooling(Pooling, x);
        return plan;
    }

    private static string Stem(LayerPlan plan, Architecture architecture)
    {
        bool large = architecture.Stem == StemKind.ImageNet;
        string convolved = plan.Convolution("conv1", Images, architecture.StemWidth, kernel: large ? 7 : 3, stride: large ? 2 : 1);
        string x = plan.Relu("relu", plan.Normalization("bn1", convolved));
        return large ? plan.MaxPooling("maxpool", x) : x;
    }
}
