using System.Collections.Immutable;
using ResNeXt.Core.Images;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core;

/// <summary>
/// Describes a residual network: all properties in which one ResNet or ResNeXt differs from another. The network and the ONNX export are built from
/// it. Parameter counts, multiply-adds and tensor names are computed without building either.
/// </summary>
/// <remarks>
/// The terms come from "Deep Residual Learning for Image Recognition" (He et al. 2015, arXiv 1512.03385) and "Aggregated Residual
/// Transformations for Deep Neural Networks" (Xie et al. 2016, arXiv 1611.05431).
/// </remarks>
public sealed record Architecture
{
    /// <summary>The largest image side, in pixels: the pixels of a larger image would not fit one array of floats.</summary>
    public const int MaximumImageSize = 8192;

    /// <summary>The ratio of a bottleneck's output channels to the width of its stage (4 in both papers).</summary>
    public const int BottleneckExpansion = 4;

    /// <summary>The name, for example <c>resnext50_32x4d</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The residual block that all stages repeat.</summary>
    public required BlockKind Block { get; init; }

    /// <summary>
    /// The number of blocks in each stage, in order. A network has 1 to 4 stages: four in the ImageNet networks, three in those for 32-pixel images.
    /// </summary>
    public required ImmutableArray<int> Depths { get; init; }

    /// <summary>The number of parallel transformations (ResNeXt's C), which is the number of groups of the 3x3 convolution.</summary>
    /// <value>Default 1 (a ResNet). More than 1 needs <see cref="BlockKind.Bottleneck"/>.</value>
    public int Cardinality { get; init; } = 1;

    /// <summary>The channels of one transformation in a stage of width 64 (ResNeXt's d: "32x4d" has a base width of 4).</summary>
    /// <value>Default 64 (a ResNet).</value>
    public int BaseWidth { get; init; } = 64;

    /// <summary>The layers before the first stage.</summary>
    public StemKind Stem { get; init; } = StemKind.ImageNet;

    /// <summary>How a shortcut adapts its input if the block changes the shape.</summary>
    public ShortcutKind Shortcut { get; init; } = ShortcutKind.Projection;

    /// <summary>The output channels of the stem, which are also the width of the first stage. Every further stage doubles the width.</summary>
    /// <value>Default 64; 16 for the CIFAR ResNets.</value>
    public int StemWidth { get; init; } = 64;

    /// <summary>The channels of the input image.</summary>
    /// <value>Default 3 (red, green, blue).</value>
    public int InputChannels { get; init; } = 3;

    /// <summary>How a bottleneck computes its transformations.</summary>
    /// <value>Default <see cref="BlockForm.Grouped"/>. The other forms need <see cref="BlockKind.Bottleneck"/>.</value>
    public BlockForm Form { get; init; }

    /// <summary>The normalization after every convolution.</summary>
    /// <value>Default <see cref="NormalizationKind.BatchNormalization"/>.</value>
    public NormalizationKind Normalization { get; init; }

    /// <summary>The convolution of a bottleneck that has the stride.</summary>
    /// <value>Default <see cref="StridePlacement.Convolution3x3"/>. The other value needs <see cref="BlockKind.Bottleneck"/>.</value>
    public StridePlacement StridePlacement { get; init; }

    /// <summary>The distribution of the initial weights.</summary>
    /// <value>Default <see cref="InitializationKind.He"/>.</value>
    public InitializationKind Initialization { get; init; }

    /// <summary>
    /// Whether the scale of every block's last normalization starts at 0, so that the block starts as its shortcut (arXiv 1706.02677, section 5.1).
    /// </summary>
    /// <value>Default false. True requires a normalization that is not followed by a ReLU of its own.</value>
    public bool ZeroInitializeLastNormalization { get; init; }

    /// <summary>The smallest image side, in pixels, that every stage can still work on: 32, or 8 with <see cref="StemKind.Cifar"/>.</summary>
    public int MinimumImageSize => Stem == StemKind.Cifar ? 8 : 32;

    /// <summary>The image side, in pixels, of the paper's experiments: 224, or 32 with <see cref="StemKind.Cifar"/>.</summary>
    public int DefaultImageSize => Stem == StemKind.Cifar ? 32 : 224;

    /// <summary>The number of pooled features, which are the input of the last fully connected layer.</summary>
    public int FeatureCount => (StemWidth << (Depths.Length - 1)) * Expansion;

    private int Expansion => Block == BlockKind.Bottleneck ? BottleneckExpansion : 1;

    /// <summary>
    /// Gets this architecture as Keras reimplementations define it: the channels are split among the transformations, the stride is on the first 1x1
    /// convolution, and Glorot's method draws the initial weights.
    /// </summary>
    /// <returns>A copy. For the Keras example with 4 groups, set a cardinality of 4 and a base width of 32.</returns>
    public Architecture InKerasForm() => this with
    {
        Form = BlockForm.SplitTransformMerge,
        StridePlacement = StridePlacement.First1x1,
        Initialization = InitializationKind.Glorot,
    };

    /// <summary>
    /// Gets this architecture as textbooks introduce it: without normalization, with every ReLU directly after its convolution, and with Glorot's
    /// initial weights.
    /// </summary>
    /// <returns>A copy.</returns>
    public Architecture InTextbookForm() => this with { Normalization = NormalizationKind.None, Initialization = InitializationKind.Glorot };

    /// <summary>Computes the channels and strides of all blocks, in order.</summary>
    /// <exception cref="ArgumentException">The architecture is invalid; the message lists every reason.</exception>
    internal IReadOnlyList<BlockSpec> Blocks()
    {
        ArchitectureRules.Check(this);
        var blocks = new List<BlockSpec>();
        int input = StemWidth;
        for (int stage = 0; stage < Depths.Length; stage++)
        {
            int stageWidth = StemWidth << stage;
            for (int index = 0; index < Depths[stage]; index++)
            {
                int stride = stage > 0 && index == 0 ? 2 : 1;
                int output = stageWidth * Expansion;
                string name = $"{NetworkDefinition.StageModule(stage)}.{index}";
                ShortcutKind? shortcut = stride == 1 && input == output ? null : Shortcut;
                blocks.Add(new BlockSpec(name, stage, Block, input, Width(stageWidth), output, stride, Cardinality, shortcut)
                {
                    Form = Form,
                    Normalization = Normalization,
                    StridePlacement = StridePlacement,
                });
                input = output;
            }
        }
        return blocks;
    }

    /// <summary>
    /// Lists all tensors of the network's state dict, with torchvision's names and in its order (without <c>num_batches_tracked</c>).
    /// </summary>
    /// <param name="classes">Number of classes, at least 1.</param>
    /// <exception cref="ArgumentException">The architecture is invalid; the message lists every reason.</exception>
    public IReadOnlyList<TensorSpec> Tensors(int classes) => [.. LayerSpecs(classes).SelectMany(layer => layer.Tensors())];

    /// <summary>Counts the trained parameters.</summary>
    /// <param name="classes">Number of classes, at least 1.</param>
    public long ParameterCount(int classes) => Tensors(classes).Where(tensor => !tensor.IsStatistic).Sum(tensor => tensor.Length);

    /// <summary>
    /// Counts the multiply-adds of the forward pass for one image, in the convolutions and the fully connected layer. The papers call them "FLOPs".
    /// </summary>
    /// <param name="imageSize">Side of the square image in pixels, at least <see cref="MinimumImageSize"/>.</param>
    /// <param name="classes">Number of classes, at least 1.</param>
    /// <exception cref="ArgumentException">The architecture is invalid, the images are too small, or there is no class.</exception>
    public long MultiplyAdds(int imageSize, int classes) => Layers(imageSize, classes).Sum(layer => layer.MultiplyAdds);

    /// <summary>Lists the layers in the order of the forward pass, with their output shapes and their costs for one image.</summary>
    /// <param name="imageSize">Side of the square image in pixels, at least <see cref="MinimumImageSize"/>.</param>
    /// <param name="classes">Number of classes, at least 1.</param>
    /// <exception cref="ArgumentException">The architecture is invalid, the images are too small, or there is no class.</exception>
    public IReadOnlyList<LayerSummary> Layers(int imageSize, int classes)
    {
        CheckImageSize(imageSize);
        ImmutableArray<LayerSpec> layers = LayerSpecs(classes);
        Dictionary<string, int> sizes = Sizes(layers, imageSize);
        return [.. layers.Select(layer => layer.Summarize(sizes[layer.Name]))];
    }

    /// <summary>Computes the side of the last stage's feature maps.</summary>
    internal int LastMapSide(int imageSide)
    {
        ImmutableArray<LayerSpec> layers = FeatureLayerSpecs(Depths.Length);
        return Sizes(layers, imageSide)[layers[^1].Inputs[0]];
    }

    /// <summary>Gets the values that the network is built from.</summary>
    /// <exception cref="ArgumentException">The architecture is invalid; the message lists every reason.</exception>
    internal NetworkSpec Spec() => new(InputChannels, Stem, StemWidth, Normalization, Blocks());

    /// <summary>Gets the layers of a classifier in the order of the forward pass.</summary>
    /// <param name="classes">Number of classes, at least 1.</param>
    /// <exception cref="ArgumentException">The architecture is invalid, or there is no class.</exception>
    internal ImmutableArray<LayerSpec> LayerSpecs(int classes) => LayerRecorder.Classifier(Spec(), classes);

    /// <summary>Gets the layers up to the pooled features, without the last layer.</summary>
    /// <param name="stages">The number of stages before the pooling.</param>
    /// <exception cref="ArgumentException">The architecture is invalid.</exception>
    internal ImmutableArray<LayerSpec> FeatureLayerSpecs(int stages) =>
        LayerRecorder.Features(Spec() with { Blocks = [.. Blocks().Where(block => block.Stage < stages)] });

    private static Dictionary<string, int> Sizes(ImmutableArray<LayerSpec> layers, int imageSide)
    {
        var sizes = new Dictionary<string, int>(StringComparer.Ordinal) { [NetworkDefinition.Images] = imageSide };
        foreach (LayerSpec layer in layers)
            sizes[layer.Name] = layer.OutputSize(sizes[layer.Inputs[0]]);
        return sizes;
    }

    /// <summary>Throws if an image side is too small for the network, or too large.</summary>
    /// <param name="imageSize">The side of the image in pixels.</param>
    /// <exception cref="ArgumentException">The side is below <see cref="MinimumImageSize"/> or above <see cref="MaximumImageSize"/>.</exception>
    public void CheckImageSize(int imageSize)
    {
        if (imageSize > MaximumImageSize)
            throw new ArgumentException($"The image size is {imageSize}; it must be at most {MaximumImageSize} pixels a side. Use smaller images.");
        if (imageSize < MinimumImageSize)
        {
            string alternative = Stem == StemKind.ImageNet ? " or a *_cifar architecture (at least 8)" : "";
            throw new ArgumentException(
                $"The image size is {imageSize}; {Name} needs at least {MinimumImageSize} pixels a side. Use larger images{alternative}.");
        }
    }

    /// <summary>The shape of square images for the network.</summary>
    /// <param name="side">Their side in pixels; null for <see cref="DefaultImageSize"/>.</param>
    internal ImageShape SquareImages(int? side = null) => new(InputChannels, side ?? DefaultImageSize, side ?? DefaultImageSize);

    /// <summary>Throws if the network cannot process images of this shape.</summary>
    /// <exception cref="ArgumentException">The number of channels is wrong, or a side is too small or too large.</exception>
    internal void Check(ImageShape images)
    {
        CheckImageSize(Math.Min(images.Height, images.Width));
        CheckImageSize(Math.Max(images.Height, images.Width));
        if (images.Channels != InputChannels)
            throw new ArgumentException($"The images have {images.Channels} channels; {Name} takes {InputChannels}.");
    }

    // torchvision's formula: the width of a transformation in this stage, times the number of transformations.
    private int Width(int stageWidth) => Block == BlockKind.Basic ? stageWidth : stageWidth * BaseWidth / 64 * Cardinality;
}
