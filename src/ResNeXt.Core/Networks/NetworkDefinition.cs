namespace ResNeXt.Core.Networks;

/// <summary>
/// The layers of a whole network, from the normalized images to the logits; <see cref="ResidualBlocks"/> has the blocks. The same methods serve to
/// list the layers (parameter counts, summary, ONNX graph) and to compute them. Names are torchvision's.
/// </summary>
internal static class NetworkDefinition
{
    /// <summary>The name of the input.</summary>
    public const string Images = "images";

    /// <summary>The name of the layer that averages every channel to one value.</summary>
    public const string Pooling = "avgpool";

    /// <summary>The name of the last layer.</summary>
    public const string Head = "fc";

    /// <summary>The name of the last layer's weights.</summary>
    public const string HeadWeight = $"{Head}.weight";

    /// <summary>The name of the last layer's biases.</summary>
    public const string HeadBias = $"{Head}.bias";

    private const string StemConvolution = "conv1";
    private const string StemNormalization = "bn1";

    /// <summary>The modules of the stem.</summary>
    public static string[] StemModules => [StemConvolution, StemNormalization];

    /// <summary>Whether a tensor belongs to the last layer.</summary>
    public static bool IsHead(string tensor) => tensor is HeadWeight or HeadBias;

    /// <summary>The name of a stage's module, which holds its blocks.</summary>
    /// <param name="stage">Index of the stage, from 0.</param>
    public static string StageModule(int stage) => $"layer{stage + 1}";

    /// <summary>Computes the logits: the network up to the pooled features and the last layer.</summary>
    public static T Classifier<T>(ILayers<T> layers, NetworkSpec network, T images, int classes) =>
        layers.Linear(Head, Features(layers, network, images), classes);

    /// <summary>Computes the pooled features: stem, blocks and global average pooling.</summary>
    public static T Features<T>(ILayers<T> layers, NetworkSpec network, T images)
    {
        T x = Stem(layers, network, images);
        foreach (BlockSpec block in network.Blocks)
            x = layers.Block(block, x, ResidualBlocks.Forward);
        return layers.GlobalAveragePooling(Pooling, x);
    }

    private static T Stem<T>(ILayers<T> layers, NetworkSpec network, T images)
    {
        bool large = network.Stem == StemKind.ImageNet;
        T x = layers.Convolution(StemConvolution, images, network.StemWidth, kernel: large ? 7 : 3, stride: large ? 2 : 1);
        x = layers.Normalization(StemNormalization, x);
        x = layers.Relu("relu", x);
        return large ? layers.MaxPooling("maxpool", x) : x;
    }
}
