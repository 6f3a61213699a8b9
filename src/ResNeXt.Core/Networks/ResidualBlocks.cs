namespace ResNeXt.Core.Networks;

/// <summary>
/// The residual blocks of both papers: a few convolutions whose output is added to the block's input, which takes a shortcut around them.
/// <see cref="MultiPathBottleneck"/> has the bottlenecks whose transformations are computed one by one.
/// </summary>
internal static class ResidualBlocks
{
    /// <summary>Applies a block of any kind.</summary>
    public static T Forward<T>(ILayers<T> layers, BlockSpec block, T x) => (block.Kind, block.Form) switch
    {
        (BlockKind.Basic, _) => BasicBlock(layers, block, x),
        (_, BlockForm.Grouped or BlockForm.SplitGrouped) => Bottleneck(layers, block, x),
        _ => MultiPathBottleneck.Forward(layers, block, x),
    };

    /// <summary>Two 3x3 convolutions (arXiv 1512.03385, figure 5, left).</summary>
    private static T BasicBlock<T>(ILayers<T> layers, BlockSpec block, T x)
    {
        T y = layers.Convolution("conv1", x, block.Width, kernel: 3, block.Stride);
        y = layers.Normalization("bn1", y);
        y = layers.Relu("relu1", y);
        y = layers.Convolution("conv2", y, block.OutputChannels, kernel: 3);
        y = layers.Normalization("bn2", y);
        return AddShortcut(layers, block, y, x, "relu2");
    }

    /// <summary>
    /// 1x1, 3x3 and 1x1 convolutions. With cardinality 1 this is ResNet's bottleneck (arXiv 1512.03385, figure 5, right); with more it is ResNeXt's
    /// in form (c), with a grouped 3x3 convolution (arXiv 1611.05431, figure 3).
    /// </summary>
    private static T Bottleneck<T>(ILayers<T> layers, BlockSpec block, T x)
    {
        int firstGroups = block.Form == BlockForm.SplitGrouped ? block.Cardinality : 1;
        T y = layers.Convolution("conv1", x, block.Width, kernel: 1, block.FirstStride, firstGroups);
        y = layers.Normalization("bn1", y);
        y = layers.Relu("relu1", y);
        y = layers.Convolution("conv2", y, block.Width, kernel: 3, block.SecondStride, block.Cardinality);
        y = layers.Normalization("bn2", y);
        y = layers.Relu("relu2", y);
        y = layers.Convolution("conv3", y, block.OutputChannels, kernel: 1);
        y = layers.Normalization("bn3", y);
        return AddShortcut(layers, block, y, x, "relu3");
    }

    /// <summary>Ends a block: adds the shortcut, and applies the ReLU before or after that.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="block">The block.</param>
    /// <param name="y">The output of the block's last convolution, normalized.</param>
    /// <param name="x">The block's input.</param>
    /// <param name="lastRelu">The name of a ReLU between the last convolution and the addition.</param>
    public static T AddShortcut<T>(ILayers<T> layers, BlockSpec block, T y, T x, string lastRelu)
    {
        // The textbook form: only before.
        if (block.Normalization == NormalizationKind.None)
            return layers.Add("add", layers.Relu(lastRelu, y), Shortcut(layers, block, x));
        // The Keras form: before and after.
        if (block.Form.IsSplit())
            return layers.Relu("relu", layers.Add("add", layers.Relu(lastRelu, y), Shortcut(layers, block, x)));
        // Both papers: only after.
        return layers.Relu("relu", layers.Add("add", y, Shortcut(layers, block, x)));
    }

    private static T Shortcut<T>(ILayers<T> layers, BlockSpec block, T x) => block.Shortcut switch
    {
        ShortcutKind.Projection => layers.Normalization("downsample.1",
            layers.Convolution("downsample.0", x, block.OutputChannels, kernel: 1, block.Stride)),
        ShortcutKind.ZeroPadding => layers.ZeroPadding("shortcut", x, block.OutputChannels, block.Stride),
        _ => x,
    };
}
