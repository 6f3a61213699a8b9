namespace ResNeXt.Core.Networks;

/// <summary>From which distribution the first weights are drawn.</summary>
public enum InitializationKind
{
    /// <summary>
    /// He et al. (arXiv 1502.01852): normal, by the fan-out of all transformations together, as torchvision does it; the last layer uniform
    /// within 1/sqrt(fan-in).
    /// </summary>
    He,

    /// <summary>
    /// Glorot and Bengio (2010), Keras' default: uniform within sqrt(6/(fan-in + fan-out)) of each convolution, per group, and of the last layer;
    /// every bias 0.
    /// </summary>
    Glorot,
}
