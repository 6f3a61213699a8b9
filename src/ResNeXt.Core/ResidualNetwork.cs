using System.Collections.Immutable;
using ResNeXt.Core.Images;
using ResNeXt.Core.Kernels.SynchronizedNorm;
using ResNeXt.Core.NativeLoading;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.TorchRuntime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch;

namespace ResNeXt.Core;

/// <summary>A ResNet or ResNeXt image classifier, built from an <see cref="Architecture"/>.</summary>
/// <remarks>
/// The state dict has torchvision's names and shapes. The network owns its parameters. A tensor that <see cref="forward"/> returns belongs to the
/// caller's dispose scope. Inputs are N x C x H x W and already normalized; see <see cref="PixelNormalization"/>.
/// </remarks>
public sealed class ResidualNetwork : Module<Tensor, Tensor>
{
    private readonly NetworkSpec _spec;
    private readonly ImmutableArray<LayerModule> _modules;
    private readonly Linear _head;

    /// <summary>Creates a network with random initial weights.</summary>
    /// <param name="architecture">The architecture of the network.</param>
    /// <param name="classes">Number of classes, at least 1.</param>
    /// <param name="seed">The seed of the initial weights. The same seed gives the same weights.</param>
    /// <exception cref="ArgumentException">The architecture is invalid, or there is no class.</exception>
    /// <exception cref="DllNotFoundException">libtorch is missing or cannot be loaded; the message says what to do.</exception>
    public ResidualNetwork(Architecture architecture, int classes, int seed = 0)
        : base(Loaded(architecture).Name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        using var scope = new TorchScope();
        Architecture = architecture;
        Classes = classes;
        _spec = architecture.Spec();
        ImmutableArray<LayerSpec> layers = LayerRecorder.Classifier(_spec, classes);
        _modules = LayerModule.Register(this, layers);
        _head = (Linear)_modules[^1].Module;
        WeightInitialization.Apply(this, layers, architecture.Initialization, seed);
        if (architecture.ZeroInitializeLastNormalization)
            WeightInitialization.ZeroLastNormalizations(this, layers);
    }

    /// <summary>The architecture of the network.</summary>
    public Architecture Architecture { get; }

    /// <summary>The number of classes, which is the length of the output.</summary>
    public int Classes { get; }

    /// <summary>Computes the scores of images.</summary>
    /// <param name="images">The normalized images, N x C x H x W: float32, or bfloat16 to compute all layers but the last in bfloat16.</param>
    /// <returns>The logits, N x <see cref="Classes"/>.</returns>
    public override Tensor forward(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        return NetworkDefinition.Classifier(Layers(), _spec, new(images), Classes).Compute().MoveToOuterDisposeScope();
    }

    /// <summary>Makes batch normalization in training use the batches of several processes together; null for this one alone.</summary>
    internal IStatisticsExchange? Statistics { get; set; }

    /// <summary>
    /// Called in backward passes, at every block: the gradients of the layers from the given index of <see cref="ParametersOfLayers"/> on are
    /// complete. It must not throw.
    /// </summary>
    internal Action<int>? GradientsComplete { get; set; }

    /// <summary>The parameters of each layer that has some, in the order in which the layers are computed.</summary>
    internal IEnumerable<IReadOnlyList<Parameter>> ParametersOfLayers => _modules.Select(layer => layer.Module.parameters().ToArray());

    /// <summary>
    /// The filters of the convolutions that batch normalization follows: the names of the parameters, and the number of groups of each convolution.
    /// </summary>
    internal IReadOnlyDictionary<string, int> GroupsOfNormalizedConvolutions => _modules.Select(module => module.Layer)
        .Where(layer => layer is { Kind: LayerKind.Convolution, HasBias: false })
        .ToDictionary(layer => layer.Tensors().First().Name, layer => layer.Groups);

    /// <summary>
    /// The names of the modules from the stem to the last layer, in groups that are frozen together. They are the first parts of the parameters'
    /// names.
    /// </summary>
    internal IReadOnlyList<string[]> Parts =>
    [
        NetworkDefinition.StemModules,
        .. Architecture.Depths.Select((_, stage) => new[] { NetworkDefinition.StageModule(stage) }),
        [NetworkDefinition.Head],
    ];

    /// <summary>Gets the smallest batch size with which the given modules can be trained.</summary>
    /// <param name="images">The shape of the images.</param>
    /// <param name="trained">The modules to train, as <see cref="Parts"/> names them.</param>
    /// <returns>
    /// 2 if the last feature maps are single values and batch normalization computes their statistics, because the variance over one image would be
    /// 0; else 1.
    /// </returns>
    internal int LeastBatch(ImageShape images, IEnumerable<string> trained)
    {
        bool normalizes = Architecture.Normalization == NormalizationKind.BatchNormalization
            && trained.Any(module => module != NetworkDefinition.Head);
        return normalizes && IsSingleValue(images.Height) && IsSingleValue(images.Width) ? 2 : 1;
    }

    /// <summary>Computes the logits from the features of <see cref="ForwardFeatures"/>.</summary>
    internal Tensor Classify(Tensor features) => _head.call(features);

    /// <summary>Computes the pooled features that the last layer classifies.</summary>
    /// <param name="images">The normalized images, N x C x H x W: float32, or bfloat16 to compute in bfloat16.</param>
    /// <returns>The features, N x <see cref="Architecture.FeatureCount"/>, in float32.</returns>
    public Tensor ForwardFeatures(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        return NetworkDefinition.Features(Layers(), _spec, new PendingTensor(images)).Compute().MoveToOuterDisposeScope();
    }

    /// <summary>Lists the layers with their output shapes and costs. <c>ToString</c> formats the list as a table.</summary>
    /// <param name="imageSize">Side of the square image in pixels, at least <see cref="Architecture.MinimumImageSize"/>.</param>
    /// <exception cref="ArgumentException">The images are too small for the network.</exception>
    public NetworkSummary Summary(int imageSize) => new(Architecture, imageSize, Classes);

    /// <summary>Gets a copy of the weights, with torchvision's names and in its order (without <c>num_batches_tracked</c>).</summary>
    public StateDict GetWeights()
    {
        using var scope = new TorchScope();
        Dictionary<string, Tensor> state = state_dict();
        return new StateDict(Architecture.Tensors(Classes).Select(spec =>
            KeyValuePair.Create(spec.Name, new WeightTensor(spec.Shape, state[spec.Name].ToFloats()))));
    }

    /// <summary>Sets the weights. Tensors that <paramref name="weights"/> does not contain keep their values.</summary>
    /// <param name="weights">
    /// The tensors by torchvision's names, for example from <see cref="GetWeights"/> of a network of the same architecture.
    /// </param>
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
                {
                    throw new ArgumentException(
                        $"The tensor '{name}' has the shape [{string.Join(", ", tensor.Shape)}]; "
                        + $"{Architecture.Name} with {Classes} classes needs [{string.Join(", ", target.shape)}].",
                        nameof(weights));
                }
                using Tensor source = tensor.Values.ToTensor(target.shape);
                target.copy_(source);
            }
        }
    }

    private bool IsSingleValue(int side) => Architecture.LastMapSide(side) == 1;

    private TorchLayers Layers() => new(_modules, Architecture.Normalization, _head.weight!.dtype, Statistics, GradientsComplete);

    // Runs before the base constructor, which is the first code that uses libtorch.
    private static Architecture Loaded(Architecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        TorchLibrary.EnsureLoaded();
        return architecture;
    }
}
