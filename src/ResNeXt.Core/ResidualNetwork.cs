using ResNeXt.Core.Images;
using ResNeXt.Core.Kernels.Im2Col;
using ResNeXt.Core.NativeLoading;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.TorchRuntime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch;
using Convolution = ResNeXt.Core.Networks.Convolution;

namespace ResNeXt.Core;

/// <summary>A ResNet or ResNeXt image classifier, built from an <see cref="Architecture"/>.</summary>
/// <remarks>
/// Its state_dict has torchvision's names and shapes. The network owns its parameters; a tensor that <see cref="forward"/> returns belongs to
/// the caller's dispose scope. Inputs are N x C x H x W, already normalised; see <see cref="Images.PixelNormalization"/>.
/// </remarks>
public sealed class ResidualNetwork : Module<Tensor, Tensor>
{
    private readonly Convolution conv1;
    private readonly Module<Tensor, Tensor> bn1;
    private readonly WindowGeometry? maxpool;
    private readonly Sequential[] stages;
    private readonly Linear fc;

    /// <summary>Builds the network and draws its first weights.</summary>
    /// <param name="architecture">What to build.</param>
    /// <param name="classes">Number of classes, at least 1.</param>
    /// <param name="seed">Seed of the first weights: the same seed gives the same weights.</param>
    /// <exception cref="ArgumentException">The architecture is impossible, or there is no class.</exception>
    /// <exception cref="DllNotFoundException">libtorch is not there or does not load; the message says what to do.</exception>
    public ResidualNetwork(Architecture architecture, int classes, int seed = 0)
        : base(Loaded(architecture).Name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        using var scope = new TorchScope();
        Architecture = architecture;
        Classes = classes;
        LayerPlan plan = NetworkPlan.Of(architecture, classes);
        conv1 = new Convolution(plan[nameof(conv1)]);
        bn1 = Layers.Normalization(plan, nameof(bn1));
        maxpool = architecture.Stem == StemKind.ImageNet ? new(Kernel: 3, Stride: 2, Padding: 1) : null;
        stages = [.. architecture.Blocks().GroupBy(block => block.Stage).Select(stage => Sequential(stage.Select(Layers.Block)))];
        fc = Linear(architecture.FeatureCount, classes);

        register_module(nameof(conv1), conv1);
        register_module(nameof(bn1), bn1);
        for (int stage = 0; stage < stages.Length; stage++)
            register_module($"layer{stage + 1}", stages[stage]);
        register_module(nameof(fc), fc);
        WeightInitialization.Apply(this, plan, seed);
    }

    /// <summary>What it was built from.</summary>
    public Architecture Architecture { get; }

    /// <summary>Number of classes, the length of its output.</summary>
    public int Classes { get; }

    /// <summary>Scores images.</summary>
    /// <param name="images">N x C x H x W, normalised; float32, or bfloat16 to compute all but the last layer in it.</param>
    /// <returns>The logits, N x <see cref="Classes"/>.</returns>
    public override Tensor forward(Tensor images)
    {
        using Tensor features = ForwardFeatures(images);
        return Classify(features);
    }

    /// <summary>Its modules from the stem to the head, by the first part of their parameters' names; those that are frozen together stand together.</summary>
    internal IReadOnlyList<string[]> Parts => [[nameof(conv1), nameof(bn1)], .. stages.Select((_, stage) => new[] { $"layer{stage + 1}" }), [nameof(fc)]];

    /// <summary>The fewest images in a batch that some of its modules can be trained with.</summary>
    /// <param name="images">The shape of the images.</param>
    /// <param name="trained">The modules, as <see cref="Parts"/> names them.</param>
    /// <returns>
    /// 1, or 2 where the last maps are single values and batch normalisation computes statistics of them: over one image, every variance would be 0.
    /// </returns>
    internal int LeastBatch(Images.ImageShape images, IEnumerable<string> trained)
    {
        bool normalizes = Architecture.Normalization == NormalizationKind.BatchNormalization && trained.Any(module => module != NetworkPlan.Head);
        return normalizes && IsSingleValue(images.Height) && IsSingleValue(images.Width) ? 2 : 1;
    }

    private bool IsSingleValue(int side) => Architecture.LastMapSide(side) == 1;

    /// <summary>Scores features that <see cref="ForwardFeatures"/> computed.</summary>
    internal Tensor Classify(Tensor features) => fc.call(features);

    /// <summary>Computes the pooled features that the last layer classifies.</summary>
    /// <param name="images">N x C x H x W, normalised; float32, or bfloat16 to compute in it.</param>
    /// <returns>N x <see cref="Architecture.FeatureCount"/>, float32.</returns>
    public Tensor ForwardFeatures(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = conv1.call(images);
        x = maxpool is null ? bn1.Relu(x) : bn1.ReluMaxPool(x, maxpool);
        foreach (Sequential stage in stages)
            x = stage.call(x);
        return x.mean([2, 3], type: fc.weight!.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Lists the layers with what each gives and costs; print it with <c>ToString</c>.</summary>
    /// <param name="imageSize">Side of the square image in pixels, at least <see cref="Architecture.MinimumImageSize"/>.</param>
    /// <exception cref="ArgumentException">The images are too small for the network.</exception>
    public NetworkSummary Summary(int imageSize) => new(Architecture, imageSize, Classes);

    /// <summary>Copies the weights out, under torchvision's names and in its order (without <c>num_batches_tracked</c>).</summary>
    public StateDict GetWeights()
    {
        using var scope = new TorchScope();
        Dictionary<string, Tensor> state = state_dict();
        return new StateDict(Architecture.Tensors(Classes).Select(spec =>
            KeyValuePair.Create(spec.Name, new WeightTensor(spec.Shape, state[spec.Name].ToFloats()))));
    }

    /// <summary>Copies weights in; tensors that the set lacks keep their values.</summary>
    /// <param name="weights">Tensors under torchvision's names, for example from <see cref="GetWeights"/> of a network of the same architecture.</param>
    /// <exception cref="ArgumentException">A tensor is unknown to the network or has another shape.</exception>
    public void SetWeights(StateDict weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        using var scope = new TorchScope();
        Dictionary<string, Tensor> state = state_dict();
        using (no_grad())
        {
            foreach ((string name, WeightTensor tensor) in weights.Tensors)
            {
                if (!state.TryGetValue(name, out Tensor? target))
                    throw new ArgumentException($"The tensor '{name}' is not part of {Architecture.Name}.", nameof(weights));
                if (!target.shape.SequenceEqual(tensor.Shape.Select(dimension => (long)dimension)))
                    throw new ArgumentException($"The tensor '{name}' has the shape [{string.Join(", ", tensor.Shape)}]; {Architecture.Name} with {Classes} classes needs [{string.Join(", ", target.shape)}].", nameof(weights));
                using Tensor source = tensor.Values.ToTensor(target.shape);
                target.copy_(source);
            }
        }
    }

    // Runs before the base constructor, the first code that touches libtorch.
    private static Architecture Loaded(Architecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        NativeLoading.TorchLibrary.EnsureLoaded();
        return architecture;
    }
}
