namespace ResNeXt.Core.Training.Recipes;

/// <summary>A range of epochs in which the same parts of the network learn; the other parts are frozen.</summary>
/// <param name="FirstEpoch">The first epoch, from 1.</param>
/// <param name="Epochs">The number of epochs.</param>
/// <param name="RateFactors">The modules that learn, by name, with their learning rates as fractions of the schedule's.</param>
/// <param name="ScheduleFirstEpoch">The first epoch of the learning-rate schedule.</param>
/// <param name="ScheduleEpochs">The number of epochs of the learning-rate schedule.</param>
/// <param name="OnFeatures">Whether the head learns from features that are computed once, instead of from images.</param>
internal sealed record TrainingPhase(
    int FirstEpoch, int Epochs, IReadOnlyDictionary<string, double> RateFactors, int ScheduleFirstEpoch, int ScheduleEpochs, bool OnFeatures)
{
    /// <summary>The phases of a training, in order.</summary>
    /// <param name="recipe">The recipe, validated.</param>
    /// <param name="parts">The names of the network's modules from the stem to the head; modules that are frozen together form one part.</param>
    public static IReadOnlyList<TrainingPhase> Of(TrainingRecipe recipe, IReadOnlyList<string[]> parts)
    {
        if (recipe.FineTuning is not { } plan)
        {
            Dictionary<string, double> all = parts.SelectMany(part => part).ToDictionary(name => name, _ => 1.0);
            return [new(1, recipe.MaxEpochs, all, 1, recipe.MaxEpochs, OnFeatures: false)];
        }
        string[][] fromHead = [.. parts.Reverse()];
        int frozen = plan.FrozenOf(recipe.MaxEpochs);
        List<TrainingPhase> phases = [new(1, frozen, Rates(fromHead, 1, 1, plan), 1, frozen, plan.CacheFeatures)];
        for (int learning = plan.EpochsPerStage == 0 ? fromHead.Length : 2; phases[^1].End < recipe.MaxEpochs; learning++)
        {
            int first = phases[^1].End + 1, left = recipe.MaxEpochs - phases[^1].End;
            int epochs = learning >= fromHead.Length ? left : Math.Min(plan.EpochsPerStage, left);
            phases.Add(new(
                first, epochs, Rates(fromHead, learning, plan.UnfrozenRate, plan), frozen + 1, recipe.MaxEpochs - frozen, OnFeatures: false));
        }
        return phases;
    }

    /// <summary>The same phase with other learning rates.</summary>
    /// <param name="factor">What the rates are multiplied by.</param>
    public TrainingPhase WithScaledRates(double factor) =>
        this with { RateFactors = RateFactors.ToDictionary(item => item.Key, item => item.Value * factor) };

    /// <summary>The last epoch.</summary>
    public int End => FirstEpoch + Epochs - 1;

    private static Dictionary<string, double> Rates(string[][] fromHead, int learning, double rate, FineTuning plan) =>
        fromHead.Take(learning).SelectMany((part, depth) => part.Select(name => (name, rate: rate * Math.Pow(plan.RatePerStage, depth))))
            .ToDictionary(item => item.name, item => item.rate);
}
