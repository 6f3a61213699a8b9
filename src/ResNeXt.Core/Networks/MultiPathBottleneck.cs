namespace ResNeXt.Core.Networks;

/// <summary>The bottlenecks with one path per transformation: forms (a) and (b) of arXiv 1611.05431, figure 3, and the split form of Keras.</summary>
internal static class MultiPathBottleneck
{
    /// <summary>Applies such a block.</summary>
    public static T Forward<T>(ILayers<T> layers, BlockSpec block, T x)
    {
        T y = block.Form == BlockForm.Aggregated ? Aggregated(layers, block, x) : Concatenated(layers, block, x);
        y = layers.Normalization("bn3", y);
        return ResidualBlocks.AddShortcut(layers, block, y, x, "relu3");
    }

    // Form (a): the paths end in all channels of the block's output, and are added.
    private static T Aggregated<T>(ILayers<T> layers, BlockSpec block, T x) =>
        layers.Sum("sum", Paths(layers, block, Enumerable.Repeat(x, block.Cardinality), AggregatedPath));

    // Form (b), and the split form, whose paths take only a share of the channels: the paths are concatenated before the last 1x1.
    private static T Concatenated<T>(ILayers<T> layers, BlockSpec block, T x)
    {
        IEnumerable<T> inputs = block.Form.IsSplit() ? layers.Split(x, block.Cardinality) : Enumerable.Repeat(x, block.Cardinality);
        T y = layers.Concatenate("concat", Paths(layers, block, inputs, Path));
        return layers.Convolution("conv3", y, block.OutputChannels, kernel: 1);
    }

    // Lazy, so that whoever sums or concatenates can release each path's output early.
    private static IEnumerable<T> Paths<T>(
        ILayers<T> layers, BlockSpec block, IEnumerable<T> inputs, Func<ILayers<T>, BlockSpec, int, T, T> path)
    {
        int index = 0;
        foreach (T x in inputs)
            yield return layers.Path(block, index++, x, path);
    }

    private static T Path<T>(ILayers<T> layers, BlockSpec block, int index, T x)
    {
        T y = layers.Convolution("conv1", x, block.PathWidth, kernel: 1, block.FirstStride, copies: block.Cardinality);
        y = layers.Normalization("bn1", y);
        y = layers.Relu("relu1", y);
        y = layers.Convolution("conv2", y, block.PathWidth, kernel: 3, block.SecondStride, copies: block.Cardinality);
        y = layers.Normalization("bn2", y);
        return layers.Relu("relu2", y);
    }

    // The sum needs one bias, which the first path has.
    private static T AggregatedPath<T>(ILayers<T> layers, BlockSpec block, int index, T x) =>
        layers.Convolution("conv3", Path(layers, block, index, x), block.OutputChannels, kernel: 1, sharesBias: index > 0);
}
