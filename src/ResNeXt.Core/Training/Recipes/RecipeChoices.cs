namespace ResNeXt.Core.Training.Recipes;

/// <summary>The optimizer: how gradients change the weights.</summary>
public enum OptimizerKind
{
    /// <summary>Stochastic gradient descent with momentum and an L2 penalty, as in the papers.</summary>
    Sgd,

    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2017, arXiv 1711.05101).</summary>
    AdamW,

    /// <summary>
    /// Muon (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon) for all convolutions, and <see cref="Sgd"/> for everything
    /// else. A step of Muon makes the momentum of a convolution's filters orthogonal, so that no direction is learned faster than others, and keeps
    /// the norm of the filters. It needs batch normalization, in training mode, and takes more time the wider the network is.
    /// </summary>
    Muon,
}

/// <summary>The shape of a learning-rate schedule.</summary>
public enum ScheduleKind
{
    /// <summary>A linear warm-up if there is one, then a cosine down to 0 (Loshchilov and Hutter 2016, arXiv 1608.03983).</summary>
    Cosine,

    /// <summary>A linear warm-up if there is one, then steps down by a factor. The papers use no warm-up.</summary>
    Step,

    /// <summary>
    /// Up from a twenty-fifth of the peak along a cosine, then down to nearly 0 along another (Smith and Topin 2017, arXiv 1708.07120). Momentum
    /// stays constant.
    /// </summary>
    OneCycle,

    /// <summary>A linear warm-up if there is one, then a constant rate.</summary>
    Constant,

    /// <summary>A linear warm-up if there is one, then a straight line down to 0.</summary>
    Linear,
}

/// <summary>
/// The numeric type in which activations and their gradients are computed. Weights, their updates, normalization statistics, losses and validation
/// are always float32.
/// </summary>
public enum Precision
{
    /// <summary>
    /// <see cref="BFloat16"/> if the processor has instructions for it (AVX512-BF16, or a GPU that supports it), else <see cref="Float32"/>. On a
    /// GPU, products of float32 matrices are then computed in TF32.
    /// </summary>
    Automatic,

    /// <summary>Everything in float32.</summary>
    Float32,

    /// <summary>
    /// Mixed precision (Micikevicius et al. 2017, arXiv 1710.03740; with bfloat16 the loss needs no scaling). Many times slower than float32 on a
    /// processor without instructions for it.
    /// </summary>
    BFloat16,
}
