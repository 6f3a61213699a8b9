namespace ResNeXt.Core.Training.Recipes;

/// <summary>Epochs in which the same parts of the network learn.</summary>
/// <param name="FirstEpoch">Its first epoch, from 1.</param>
/// <param name="Epochs">How many it has.</param>
/// <param name="RateFactors">The parts that learn, by module name, with their rates as parts of the schedule's; the others are frozen.</param>
/// <param name="ScheduleFirstEpoch">The epoch that the schedule starts from.</param>
/// <param name="ScheduleEpochs">The epochs that it runs over.</param>
/// <param name="OnFeatures">Whether the head learns from features that are computed once.</param>
internal sealed record TrainingPhase(
    int FirstEpoch, int Epochs, IReadOnlyDictionary<string, double> RateFactors, int ScheduleFirstEpoch, int ScheduleEpochs, bool OnFeatures)
{
    /// <summary>The phases of a training, in order.</summary>
    /// <param name="recipe">A recipe without mistakes.</param>
    /// <param name="parts">The network's modules from the stem to the head, those that are frozen together in one part.</param>
    public static IReadOnlyList<TrainingPhase> Of(TrainingRecipe recipe, IReadOnlyList<string[]> parts)
    {
        if (recipe.FineTuning is not { } plan)
            return [new(1, recipe.MaxEpochs, parts.SelectMany(part => part).ToDictionary(name => name, _ => 1.0), 1, recipe.MaxEpochs, OnFeatures: false)];
        string[][] fromHead = [.. parts.Reverse()];
        int frozen = plan.FrozenOf(recipe.MaxEpochs);
        List<TrainingPhase> phases = [new(1, frozen, Rates(fromHead, 1, 1, plan), 1, frozen, plan.CacheFeatures)];
        for (int learning = plan.EpochsPerStage == 0 ? fromHead.Length : 2; phases[^1].End < recipe.MaxEpochs; learning++)
        {
            int first = phases[^1].End + 1, left = recipe.MaxEpochs - phases[^1].End;
            int epochs = learning >= fromHead.Length ? left : Math.Min(plan.EpochsPerStage, left);
            phases.Add(new(first, epochs, Rates(fromHead, learning, plan.UnfrozenRate, plan), frozen + 1, recipe.MaxEpochs - frozen, OnFeatures: false));
        }
        return phases;
    }

    /// <summary>Its last epoch.</summary>
    public int End => FirstEpoch + Epochs - 1;

    private static Dictionary<string, double> Rates(string[][] fromHead, int learning, double rate, FineTuning plan) =>
        fromHead.Take(learning).SelectMany((part, depth) => part.Select(name => (name, rate: rate * Math.Pow(plan.RatePerStage, depth))))
            .ToDictionary(item => item.name, item => item.rate);
}
