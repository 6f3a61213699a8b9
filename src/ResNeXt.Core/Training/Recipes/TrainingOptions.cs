using ResNeXt.Core.Distributed;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Options;
using static System.FormattableString;

namespace ResNeXt.Core.Training.Recipes;

/// <summary>A training recipe and settings that concern the machine; <see cref="Validate"/> checks all of them together.</summary>
public sealed record TrainingOptions
{
    /// <summary>The settings that determine how well the network learns.</summary>
    public required TrainingRecipe Recipe { get; init; }

    /// <summary>
    /// The seed of image order, augmentation and mixing. The same seed on the same machine, with the same number of threads, gives the same
    /// weights, bit for bit.
    /// </summary>
    public int Seed { get; init; }

    /// <summary>
    /// The number of batches that are prepared at the same time, in the background while the network computes. It does not affect results.
    /// </summary>
    /// <value>Default 2; 1 to 64.</value>
    public int Workers { get; init; } = 2;

    /// <summary>
    /// The number of threads to compute with, for libtorch and for this library. Fewer threads leave processors to other work. After training,
    /// libtorch has the number that it had before. Another number of threads sums in another order, which changes the last digits of the weights.
    /// </summary>
    /// <value>
    /// Default null: libtorch's number (all processors, unless <c>OMP_NUM_THREADS</c> or the caller has set fewer), but at most
    /// <see cref="Environment.ProcessorCount"/>, which respects a container's limit; 1 to 1024.
    /// </value>
    public int? Threads { get; init; }

    /// <summary>
    /// The memory for the features of <see cref="FineTuning.CacheFeatures"/>, for the training images, their mirror images and the validation images
    /// each; the rest goes to temporary files. It does not affect results.
    /// </summary>
    /// <value>Default 256 megabytes; at least 0. The features of one image take 0.008 megabytes in a ResNet-50.</value>
    public int FeatureCacheInMegabytes { get; init; } = 256;

    /// <summary>The numeric type in which activations and their gradients are computed.</summary>
    /// <value>Default <see cref="Precision.Automatic"/>.</value>
    public Precision Precision { get; init; }

    /// <summary>
    /// The device to compute on: <c>cpu</c>, <c>cuda</c> (the first GPU) or <c>cuda:1</c> (the second). A GPU needs a CUDA build of libtorch in the
    /// application.
    /// </summary>
    /// <value>Default <c>cpu</c>.</value>
    public string Device { get; init; } = "cpu";

    /// <summary>Whether to use the CPU, with a warning, if <see cref="Device"/> names a GPU that is not available.</summary>
    /// <value>Default false: a missing GPU is an error.</value>
    public bool FallbackToCpu { get; init; }

    /// <summary>
    /// Whether native memory is reused from step to step instead of being returned to the operating system after every operation. This is faster,
    /// with about the same peak. It does not affect results.
    /// </summary>
    /// <remarks>
    /// This changes allocator settings of the whole process (glibc's <c>mallopt</c>: <c>M_MMAP_MAX</c>, <c>M_TRIM_THRESHOLD</c> and
    /// <c>M_TOP_PAD</c>), which stay changed after training, because glibc has no call that restores them. Set it to false in a process whose native
    /// memory others control. It has an effect only on Linux with glibc. Unused memory is returned to the system when training ends.
    /// </remarks>
    /// <value>Default true.</value>
    public bool RetainNativeMemory { get; init; } = true;

    /// <summary>
    /// The processes that train the network together, each with the same options and images. A batch of the recipe is divided among them; batch
    /// normalization uses the statistics of each process's part, or with <see cref="SynchronizeBatchNormalization"/> those of the batch.
    /// </summary>
    /// <value>Default null: this process alone. The device must be the CPU, and the batch size a multiple of the number of processes.</value>
    public ProcessGroup? Group { get; init; }

    /// <summary>
    /// Whether batch normalization uses the mean and the variance of the batches of all processes of the <see cref="Group"/> together (synchronized
    /// batch normalization), as one process with the whole batch does. Useful if each process has few images of a batch; the processes then wait for
    /// each other in every layer.
    /// </summary>
    /// <value>Default false. Without effect in a single process.</value>
    public bool SynchronizeBatchNormalization { get; init; }

    /// <summary>
    /// Whether the processes of the <see cref="Group"/> exchange gradients as bfloat16, in half of the bytes. Each gradient, and each sum, is rounded
    /// to 8 significant bits.
    /// </summary>
    /// <value>Default false: float32. Without effect in a single process.</value>
    public bool ExchangeGradientsInBFloat16 { get; init; }

    /// <summary>
    /// The size, in megabytes of 2^20 bytes of float32, of the buckets in which the processes of the <see cref="Group"/> exchange gradients
    /// (<c>bucket_cap_mb</c> of PyTorch's <c>DistributedDataParallel</c>). A bucket travels while the backward pass computes the gradients of the layers
    /// before it, so that the last bucket, for which all wait, should be small. One that holds all gradients travels after the backward pass. The weights
    /// do not depend on it.
    /// </summary>
    /// <value>Default 4. From 1 to 2047, the same in all processes. Without effect in a single process.</value>
    public int GradientBucketInMegabytes { get; init; } = 4;

    /// <summary>
    /// The options of the training that a single process would run with the same result: smaller batches, the gradients of which are accumulated.
    /// Every process of a group computes some of these batches.
    /// </summary>
    internal TrainingOptions InSmallBatches => Group is not { Size: > 1 and int size } ? this : this with
    {
        Recipe = Recipe with { BatchSize = Recipe.BatchSize / size, GradientAccumulationSteps = Recipe.GradientAccumulationSteps * size },
    };

    /// <summary>The names of the settings of a group that change what is computed, and are on.</summary>
    internal IEnumerable<string> ExchangeNames => Group is not { Size: > 1 } ? [] :
    [
        .. SynchronizeBatchNormalization ? [nameof(SynchronizeBatchNormalization)] : Array.Empty<string>(),
        .. ExchangeGradientsInBFloat16 ? [nameof(ExchangeGradientsInBFloat16)] : Array.Empty<string>(),
    ];

    /// <summary>Throws if a value is out of range.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message lists all that are, and what is allowed.</exception>
    public void Validate() => OptionErrors.ThrowIfAny(GetValidationErrors());

    /// <summary>Throws if a value is out of range or does not fit a network.</summary>
    /// <param name="network">The network.</param>
    /// <exception cref="ArgumentException">The message lists what is wrong.</exception>
    internal void ValidateFor(ResidualNetwork network)
    {
        Validate();
        if (Recipe.Optimizer == OptimizerKind.Muon && network.Architecture.Normalization == NormalizationKind.None)
        {
            throw new ArgumentException(
                $"Optimizer is Muon, which needs batch normalization after every convolution; '{network.Architecture.Name}' has none. "
                + "Use Sgd or AdamW.");
        }
        if (Recipe.ClassWeights is { } weights && weights.Count != network.Classes)
            throw new ArgumentException($"ClassWeights has {weights.Count} values; there are {network.Classes} classes. Give one weight per class.");
    }

    /// <summary>Lists the values that are out of range, one sentence each.</summary>
    public IEnumerable<string> GetValidationErrors()
    {
        foreach (string error in Recipe.GetValidationErrors())
            yield return error;
        if (Workers is < 1 or > 64)
            yield return Invariant($"Workers is {Workers}; it must be between 1 and 64.");
        if (Threads is < 1 or > 1024)
            yield return Invariant($"Threads is {Threads}; it must be between 1 and 1024, or left out for all processors.");
        if (!Enum.IsDefined(Precision))
            yield return $"Precision is {Precision}; it must be one of {string.Join(", ", Enum.GetNames<Precision>())}.";
        if (!DeviceName.IsValid(Device))
            yield return $"Device is '{Device}'; it must be cpu, cuda (the first GPU) or cuda:N (the one with the number N, from 0).";
        if (Group is { Size: > 1 and int size })
        {
            if (Recipe.BatchSize % size != 0 || Recipe.BatchSize / size < 2)
            {
                yield return Invariant($"BatchSize is {Recipe.BatchSize}, to be divided among {size} processes; it must be a multiple of {size}, ")
                    + Invariant($"with at least 2 images for each: for example {Math.Max(2, (Recipe.BatchSize + size - 1) / size) * size}.");
            }
            if (Device != "cpu")
                yield return Invariant($"Device is '{Device}' and Group has {size} processes; a group trains on the device cpu.");
        }
        if (GradientBucketInMegabytes is < 1 or > 2047)
            yield return Invariant($"GradientBucketInMegabytes is {GradientBucketInMegabytes}; it must be between 1 and 2047.");
        if (FeatureCacheInMegabytes < 0)
            yield return Invariant($"FeatureCacheInMegabytes is {FeatureCacheInMegabytes}; it must be at least 0.");
    }
}
