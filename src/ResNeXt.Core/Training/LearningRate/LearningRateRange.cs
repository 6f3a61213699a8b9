using ResNeXt.Core.Options;
using static System.FormattableString;

namespace ResNeXt.Core.Training.LearningRate;

/// <summary>The learning rates that a <see cref="LearningRateFinder"/> tries; each step multiplies the rate by the same factor.</summary>
public sealed record LearningRateRange
{
    /// <summary>The learning rate of the first step, so small that the network learns nothing from it.</summary>
    /// <value>Default 0.00001; above 0.</value>
    public float Lowest { get; init; } = 1e-5f;

    /// <summary>The learning rate of the last step; the search ends before it if the loss explodes.</summary>
    /// <value>Default 1; above <see cref="Lowest"/>, at most 100.</value>
    public float Highest { get; init; } = 1;

    /// <summary>The number of rates to try, each for one step of the optimizer. Small datasets are passed through several times.</summary>
    /// <value>Default 100; 20 to 10000.</value>
    public int Steps { get; init; } = 100;

    /// <summary>The learning rate of a step.</summary>
    /// <param name="step">The number of the step, from 0.</param>
    internal double Rate(int step) => Lowest * Math.Pow((double)Highest / Lowest, step / (Steps - 1.0));

    /// <summary>Throws if a value is out of range; the message lists all that are.</summary>
    internal void Validate() => OptionErrors.ThrowIfAny(GetValidationErrors());

    private IEnumerable<string> GetValidationErrors()
    {
        if (!(Lowest > 0 && Highest > Lowest && Highest <= 100))
            yield return Invariant($"The rates go from {Lowest} to {Highest}; the first must be above 0, the last above the first and at most 100.");
        if (Steps is < 20 or > 10_000)
            yield return Invariant($"Steps is {Steps}; it must be between 20 and 10000.");
    }
}
