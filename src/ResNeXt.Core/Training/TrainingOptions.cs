namespace ResNeXt.Core.Training;

/// <summary>How a network is trained; checked as a whole by <see cref="Validate"/>.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the training images.</summary>
    /// <value>Default 30; at least 1.</value>
    public int MaxEpochs { get; init; } = 30;

    /// <summary>Images a step. Batches of an epoch differ by one image at most, so that none is left with a single image.</summary>
    /// <value>Default 32; 2 to 4096.</value>
    public int BatchSize { get; init; } = 32;

    /// <summary>The rate after warm-up, from where it falls to 0 along a cosine.</summary>
    /// <value>
    /// Default 0.02, for batches of 32: between the papers' 0.1 for batches of 256 (ImageNet) and of 128 (CIFAR), scaled with the batch
    /// (arXiv 1706.02677). Above 0, at most 10.
    /// </value>
    public float LearningRate { get; init; } = 0.02f;

    /// <summary>Momentum of the stochastic gradient descent.</summary>
    /// <value>Default 0.9, as in both papers; 0 to below 1.</value>
    public float Momentum { get; init; } = 0.9f;

    /// <summary>L2 penalty on all parameters.</summary>
    /// <value>Default 0.0001, as in both papers for ImageNet; 0 to 1.</value>
    public float WeightDecay { get; init; } = 1e-4f;

    /// <summary>Decides first weights of the head, order and augmentation: the same seed on the same machine gives the same weights, bit for bit.</summary>
    public int Seed { get; init; }

    /// <summary>Whether training images are cropped and flipped at random.</summary>
    /// <value>Default true.</value>
    public bool Augment { get; init; } = true;

    /// <summary>
    /// Whether native memory is kept between steps instead of being mapped anew for every operation: faster, with about the same peak. A setting of
    /// the whole process, on Linux with glibc only; unused memory is given back when training ends.
    /// </summary>
    /// <value>Default true.</value>
    public bool KeepMemory { get; init; } = true;

    /// <summary>Refuses values out of range, all together.</summary>
    /// <exception cref="ArgumentException">Lists every mistake: the value, what is allowed.</exception>
    public void Validate()
    {
        string[] mistakes = [.. Mistakes()];
        if (mistakes.Length > 0)
            throw new ArgumentException(string.Join(" ", mistakes));
    }

    /// <summary>Every value that is out of range, in words.</summary>
    public IEnumerable<string> Mistakes()
    {
        if (MaxEpochs < 1)
            yield return $"MaxEpochs is {MaxEpochs}; it must be at least 1.";
        if (BatchSize is < 2 or > 4096)
            yield return $"BatchSize is {BatchSize}; it must be between 2 and 4096.";
        if (!(LearningRate is > 0 and <= 10))
            yield return $"LearningRate is {LearningRate}; it must be above 0 and at most 10.";
        if (!(Momentum is >= 0 and < 1))
            yield return $"Momentum is {Momentum}; it must be at least 0 and below 1.";
        if (!(WeightDecay is >= 0 and <= 1))
            yield return $"WeightDecay is {WeightDecay}; it must be between 0 and 1.";
    }
}
