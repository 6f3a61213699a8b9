using static System.FormattableString;

namespace ResNeXt.Core.Training.Recipes;

/// <summary>A learning rate as a pure function of the step, so that a resumed run needs no scheduler state.</summary>
public sealed record LearningRateSchedule
{
    private const long ShortestWarmup = 100;

    /// <summary>Warm-up and cosine: a good choice for everything.</summary>
    public static LearningRateSchedule Cosine { get; } = new();

    /// <summary>A tenth at half and again at three quarters of the steps, without warm-up: the papers' schedule (arXiv 1512.03385, section 4.2).</summary>
    public static LearningRateSchedule Step { get; } = new() { Kind = ScheduleKind.Step, WarmupFraction = 0 };

    /// <summary>One cycle with the peak at 30 percent.</summary>
    public static LearningRateSchedule OneCycle { get; } = new() { Kind = ScheduleKind.OneCycle, WarmupFraction = 0.3f };

    /// <summary>The same rate always.</summary>
    public static LearningRateSchedule Constant { get; } = new() { Kind = ScheduleKind.Constant, WarmupFraction = 0 };

    /// <summary>Its shape.</summary>
    public ScheduleKind Kind { get; init; }

    /// <summary>
    /// The part of the steps over which the rate rises (arXiv 1706.02677, section 2.2). Unless it is 0, short trainings warm up over 100 steps, but no more
    /// than a quarter of all: a network's first steps are as fragile when there are few of them.
    /// </summary>
    /// <value>Default 0.05; 0 to below 1.</value>
    public float WarmupFraction { get; init; } = 0.05f;

    /// <summary>For <see cref="ScheduleKind.Step"/>: after which parts of the steps the rate falls.</summary>
    /// <value>Default 0.5 and 0.75; ascending, between 0 and 1.</value>
    public IReadOnlyList<float> Milestones { get; init; } = [0.5f, 0.75f];

    /// <summary>For <see cref="ScheduleKind.Step"/>: what the rate is multiplied by at every milestone.</summary>
    /// <value>Default 0.1; above 0, at most 1.</value>
    public float StepFactor { get; init; } = 0.1f;

    /// <summary>
    /// How much the rate may rise with every step of the warm-up. A training of few steps therefore does not reach a high peak, which its network would not
    /// bear so soon.
    /// </summary>
    /// <value>Default 0.002; null for any rise; above 0. Without a warm-up it does not count.</value>
    public float? MaximumRise { get; init; } = 0.002f;

    /// <summary>The rate of one step.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <param name="totalSteps">Number of steps, at least 1.</param>
    /// <param name="peak">The highest rate.</param>
    public double Rate(long step, long totalSteps, double peak) =>
        WarmupFraction > 0 && MaximumRise is { } rise ? Math.Min(rise * (step + 1.0), Shape(step, totalSteps, peak)) : Shape(step, totalSteps, peak);

    private double Shape(long step, long totalSteps, double peak)
    {
        long warmUp = WarmupFraction == 0 ? 0 : Math.Max((long)(totalSteps * (double)WarmupFraction), Math.Min(ShortestWarmup, totalSteps / 4));
        double rising = (step + 1.0) / (warmUp + 1), falling = (double)(step - warmUp) / (totalSteps - warmUp);
        if (step < warmUp)
            return Kind == ScheduleKind.OneCycle ? peak * (0.04 + 0.96 * HalfCosine(1 - rising)) : peak * rising;
        return Kind switch
        {
            ScheduleKind.Step => peak * Math.Pow(StepFactor, Milestones.Count(milestone => step >= milestone * (double)totalSteps)),
            ScheduleKind.Constant => peak,
            _ => peak * HalfCosine(falling),
        };
    }

    /// <summary>Every value that is out of range, in words.</summary>
    internal IEnumerable<string> GetValidationErrors()
    {
        if (!Enum.IsDefined(Kind))
            yield return $"Schedule.Kind is {Kind}; it must be one of {string.Join(", ", Enum.GetNames<ScheduleKind>())}.";
        if (!(WarmupFraction is >= 0 and < 1))
            yield return Invariant($"Schedule.WarmupFraction is {WarmupFraction}; it must be at least 0 and below 1.");
        if (MaximumRise is { } rise && !(rise > 0))
            yield return Invariant($"Schedule.MaximumRise is {rise}; it must be above 0.");
        if (!(StepFactor is > 0 and <= 1))
            yield return Invariant($"Schedule.StepFactor is {StepFactor}; it must be above 0 and at most 1.");
        if (!Milestones.All(milestone => milestone is > 0 and < 1) || !Milestones.Order().SequenceEqual(Milestones))
            yield return Invariant($"Schedule.Milestones are {string.Join(", ", Milestones.Select(milestone => Invariant($"{milestone}")))}; they must ascend between 0 and 1.");
    }

    // From 1 down to 0 as its argument goes from 0 to 1.
    private static double HalfCosine(double part) => 0.5 * (1 + Math.Cos(Math.PI * part));
}
