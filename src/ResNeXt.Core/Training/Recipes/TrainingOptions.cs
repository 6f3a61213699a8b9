using ResNeXt.Core.Options;
using ResNeXt.Core.Training.Devices;
using static System.FormattableString;

namespace ResNeXt.Core.Training.Recipes;

/// <summary>A recipe and the settings around it; checked as a whole by <see cref="Validate"/>.</summary>
public sealed record TrainingOptions
{
    /// <summary>What decides how well the network learns.</summary>
    public required TrainingRecipe Recipe { get; init; }

    /// <summary>
    /// Decides order, augmentation and mixing: the same seed on the same machine, with the same number of threads, gives the same weights, bit for bit.
    /// </summary>
    public int Seed { get; init; }

    /// <summary>Batches that are prepared in the background at the same time, while the network computes. Changes no result.</summary>
    /// <value>Default 2; 1 to 64.</value>
    public int Workers { get; init; } = 2;

    /// <summary>
    /// Threads that a training computes on, those of libtorch and of this library alike; fewer leave processors to other work. After training, libtorch has
    /// the number that it had before. Another number adds up in another order, so the last digits of the weights change.
    /// </summary>
    /// <value>
    /// Default null: as many as libtorch uses (all processors, unless <c>OMP_NUM_THREADS</c> or the caller has set fewer), but no more than
    /// <see cref="Environment.ProcessorCount"/>, which knows a container's limit; 1 to 1024.
    /// </value>
    public int? Threads { get; init; }

    /// <summary>Memory for the features of <see cref="FineTuning.CacheFeatures"/>; what exceeds it goes to a temporary file. Changes no result.</summary>
    /// <value>Default 256 megabytes; at least 0. An image takes 0.008 megabytes in a ResNet-50.</value>
    public int FeatureCacheInMegabytes { get; init; } = 256;

    /// <summary>The type in which activations and their gradients are computed.</summary>
    /// <value>Default <see cref="Precision.Automatic"/>.</value>
    public Precision Precision { get; init; }

    /// <summary>The device to compute on: <c>cpu</c>, <c>cuda</c> (the first GPU) or <c>cuda:1</c> (the second). A GPU needs a CUDA build of libtorch in the application.</summary>
    /// <value>Default <c>cpu</c>.</value>
    public string Device { get; init; } = "cpu";

    /// <summary>Whether the CPU is used, with a warning, where <see cref="Device"/> names a GPU that is not there.</summary>
    /// <value>Default false: that is an error.</value>
    public bool FallbackToCpu { get; init; }

    /// <summary>
    /// Whether native memory is kept between steps instead of being mapped anew for every operation: faster, with about the same peak. A setting of
    /// the whole process, on Linux with glibc only; unused memory is given back when training ends. Changes no result.
    /// </summary>
    /// <value>Default true.</value>
    public bool RetainNativeMemory { get; init; } = true;

    /// <summary>Refuses values out of range, all together.</summary>
    /// <exception cref="ArgumentException">Lists every mistake: the value, what is allowed.</exception>
    public void Validate()
    {
        OptionErrors.ThrowIfAny(GetValidationErrors());
    }

    /// <summary>Refuses what does not fit a network either.</summary>
    internal void ValidateFor(ResidualNetwork network)
    {
        Validate();
        if (Recipe.ClassWeights is { } weights && weights.Count != network.Classes)
            throw new ArgumentException($"ClassWeights has {weights.Count} values; there are {network.Classes} classes. Give one weight per class.");
    }

    /// <summary>Every value that is out of range, in words.</summary>
    public IEnumerable<string> GetValidationErrors()
    {
        foreach (string mistake in Recipe.GetValidationErrors())
            yield return mistake;
        if (Workers is < 1 or > 64)
            yield return Invariant($"Workers is {Workers}; it must be between 1 and 64.");
        if (Threads is < 1 or > 1024)
            yield return Invariant($"Threads is {Threads}; it must be between 1 and 1024, or left out for all processors.");
        if (!Enum.IsDefined(Precision))
            yield return $"Precision is {Precision}; it must be one of {string.Join(", ", Enum.GetNames<Precision>())}.";
        if (!DeviceName.IsValid(Device))
            yield return $"Device is '{Device}'; it must be cpu, cuda (the first GPU) or cuda:N (the one with the number N, from 0).";
        if (FeatureCacheInMegabytes < 0)
            yield return Invariant($"FeatureCacheInMegabytes is {FeatureCacheInMegabytes}; it must be at least 0.");
    }
}
