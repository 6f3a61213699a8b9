using static System.FormattableString;

namespace ResNeXt.Core.Training.Recipes;

/// <summary>The learning rate over the steps of a training, as a pure function of the step, so that a resumed run needs no scheduler state.</summary>
public sealed record LearningRateSchedule
{
    private const long ShortestWarmup = 100;

    /// <summary>A warm-up, then a cosine down to 0: a good default.</summary>
    public static LearningRateSchedule Cosine { get; } = new();

    /// <summary>
    /// A division by 10 at half and at three quarters of the steps, without warm-up, as in the ResNet paper (arXiv 1512.03385, section 4.2).
    /// </summary>
    public static LearningRateSchedule Step { get; } = new() { Kind = ScheduleKind.Step, WarmupFraction = 0 };

    /// <summary>One cycle with the peak at 30 percent of the steps.</summary>
    public static LearningRateSchedule OneCycle { get; } = new() { Kind = ScheduleKind.OneCycle, WarmupFraction = 0.3f };

    /// <summary>A constant rate without warm-up.</summary>
    public static LearningRateSchedule Constant { get; } = new() { Kind = ScheduleKind.Constant, WarmupFraction = 0 };

    /// <summary>Up to the peak in a fifth of the steps, then down to 0, both in a straight line.</summary>
    public static LearningRateSchedule Triangular { get; } = new() { Kind = ScheduleKind.Linear, WarmupFraction = 0.2f };

    /// <summary>The shape of the schedule.</summary>
    /// <value>Default <see cref="ScheduleKind.Cosine"/>.</value>
    public ScheduleKind Kind { get; init; }

    /// <summary>
    /// The fraction of the steps over which the rate rises (arXiv 1706.02677, section 2.2). Unless it is 0, the warm-up takes at least 100 steps,
    /// or a quarter of all if there are fewer than 400: a short training needs as many careful first steps as a long one.
    /// </summary>
    /// <value>Default 0.05; 0 to below 1.</value>
    public float WarmupFraction { get; init; } = 0.05f;

    /// <summary>For <see cref="ScheduleKind.Step"/>: the fractions of the steps after which the rate falls.</summary>
    /// <value>Default 0.5 and 0.75; ascending, between 0 and 1.</value>
    public IReadOnlyList<float> Milestones { get; init; } = [0.5f, 0.75f];

    /// <summary>For <see cref="ScheduleKind.Step"/>: the factor by which the rate changes at every milestone.</summary>
    /// <value>Default 0.1; above 0, at most 1.</value>
    public float StepFactor { get; init; } = 0.1f;

    /// <summary>
    /// The largest increase of the rate in one step of the warm-up. It limits the slope, so that short trainings stay below a peak that would make
    /// them diverge.
    /// </summary>
    /// <value>Default 0.002; null for no limit; above 0 and finite. Without a warm-up it has no effect.</value>
    public float? MaximumRise { get; init; } = 0.002f;

    /// <summary>The learning rate of a step.</summary>
    /// <param name="step">The number of the step, from 0.</param>
    /// <param name="totalSteps">The number of steps, at least 1.</param>
    /// <param name="peak">The highest learning rate.</param>
    public double Rate(long step, long totalSteps, double peak) =>
        WarmupFraction > 0 && MaximumRise is { } rise
            ? Math.Min(rise * (step + 1.0), Shape(step, totalSteps, peak))
            : Shape(step, totalSteps, peak);

    private double Shape(long step, long totalSteps, double peak)
    {
        long warmup = WarmupFraction == 0 ? 0 : Math.Max((long)(totalSteps * (double)WarmupFraction), Math.Min(ShortestWarmup, totalSteps / 4));
        double rising = (step + 1.0) / (warmup + 1), falling = (double)(step - warmup) / (totalSteps - warmup);
        if (step < warmup)
            return Kind == ScheduleKind.OneCycle ? peak * (0.04 + 0.96 * HalfCosine(1 - rising)) : peak * rising;
        return Kind switch
        {
            ScheduleKind.Step => peak * Math.Pow(StepFactor, Milestones.Count(milestone => step >= milestone * (double)totalSteps)),
            ScheduleKind.Constant => peak,
            ScheduleKind.Linear => peak * (1 - falling),
            _ => peak * HalfCosine(falling),
        };
    }

    /// <summary>Lists the values that are out of range, one sentence each.</summary>
    internal IEnumerable<string> GetValidationErrors()
    {
        if (!Enum.IsDefined(Kind))
            yield return $"Schedule.Kind is {Kind}; it must be one of {string.Join(", ", Enum.GetNames<ScheduleKind>())}.";
        if (!(WarmupFraction is >= 0 and < 1))
            yield return Invariant($"Schedule.WarmupFraction is {WarmupFraction}; it must be at least 0 and below 1.");
        if (MaximumRise is { } rise && !(rise > 0 && float.IsFinite(rise)))
            yield return Invariant($"Schedule.MaximumRise is {rise}; it must be above 0 and finite, or null for no limit.");
        if (!(StepFactor is > 0 and <= 1))
            yield return Invariant($"Schedule.StepFactor is {StepFactor}; it must be above 0 and at most 1.");
        if (!Milestones.All(milestone => milestone is > 0 and < 1) || !Milestones.Order().SequenceEqual(Milestones))
        {
            string given = string.Join(", ", Milestones.Select(milestone => Invariant($"{milestone}")));
            yield return $"Schedule.Milestones are {given}; they must ascend between 0 and 1.";
        }
    }

    // From 1 down to 0 as the argument goes from 0 to 1.
    private static double HalfCosine(double part) => 0.5 * (1 + Math.Cos(Math.PI * part));
}
