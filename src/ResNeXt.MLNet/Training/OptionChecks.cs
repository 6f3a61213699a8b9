using ResNeXt.Core.Options;
using ResNeXt.Core;
using ResNeXt.Core.Training;
using ResNeXt.Core.Training.Recipes;
using ResNeXt.MLNet.Scoring;
using static System.FormattableString;

namespace ResNeXt.MLNet.Training;

/// <summary>What is wrong with the options of a trainer.</summary>
internal sealed class OptionChecks(ResNeXtTrainer.Options options)
{
    /// <summary>Refuses options out of range, all together.</summary>
    /// <exception cref="ArgumentException">Lists every mistake: the value, what is allowed.</exception>
    public void Run()
    {
        OptionErrors.ThrowIfAny(GetValidationErrors());
    }

    private IEnumerable<string> GetValidationErrors() => ColumnMistakes().Concat(NetworkMistakes()).Concat(DataMistakes()).Concat(options.Training(0).GetValidationErrors());

    private IEnumerable<string> ColumnMistakes()
    {
        foreach ((string option, string name) in new[]
        {
            (nameof(options.LabelColumnName), options.LabelColumnName), (nameof(options.FeatureColumnName), options.FeatureColumnName),
            (nameof(options.ScoreColumnName), options.ScoreColumnName), (nameof(options.PredictedLabelColumnName), options.PredictedLabelColumnName),
        })
        {
            if (string.IsNullOrWhiteSpace(name))
                yield return $"{option} is empty; name a column.";
        }
        if (options.ScoreColumnName == options.PredictedLabelColumnName)
            yield return $"ScoreColumnName and PredictedLabelColumnName are both '{options.ScoreColumnName}'; they must differ.";
    }

    private IEnumerable<string> NetworkMistakes()
    {
        Architecture? architecture = null;
        string? mistake = null;
        try
        {
            architecture = Architectures.Get(options.Architecture ?? "");
            if (options.ImageSize is { } size)
                architecture.CheckImageSize(size);
        }
        catch (ArgumentException exception)
        {
            mistake = exception.Message;
        }
        if (mistake is not null)
            yield return mistake;
        if ((options.PixelMean is null) != (options.PixelStd is null))
            yield return "Only one of PixelMean and PixelStd is given; give both or neither.";
        else if (options.PixelMean is not null && NormalizationMistake() is { } normalizationMistake)
            yield return normalizationMistake;
        else if (architecture is not null && options.Normalization is { } normalization && normalization.Mean.Count != architecture.InputChannels)
            yield return $"PixelMean and PixelStd have {normalization.Mean.Count} values; "
                + $"{architecture.Name} takes {architecture.InputChannels} channels, one value each.";
    }

    private string? NormalizationMistake()
    {
        try
        {
            return options.Normalization is null ? "" : null;
        }
        catch (ArgumentException exception)
        {
            return exception.Message;
        }
    }

    private IEnumerable<string> DataMistakes()
    {
        if (options.ValidationFraction is { } fraction && !(fraction is > 0 and < 1))
            yield return Invariant($"ValidationFraction is {fraction}; it must be above 0 and below 1.");
        if (options.ValidationFraction is not null && options.ValidationSet is not null)
            yield return "Both ValidationSet and ValidationFraction are given; give one of them.";
        if (options.CacheSizeInMegabytes < 0)
            yield return Invariant($"CacheSizeInMegabytes is {options.CacheSizeInMegabytes}; it must be at least 0.");
        if (options.ClassWeights?.FirstOrDefault(item => !(item.Value >= 0 && float.IsFinite(item.Value))) is { Key: not null } wrong)
            yield return Invariant($"ClassWeights has {wrong.Value} for '{wrong.Key}'; it must be finite and at least 0.");
        if (!(options.CheckpointMinutes > 0) || options.CheckpointMinutes > TimeSpan.MaxValue.TotalMinutes)
            yield return Invariant($"CheckpointMinutes is {options.CheckpointMinutes}; it must be above 0.");
        if (options.CheckpointsKept is < 1 or > 1000)
            yield return Invariant($"CheckpointsKept is {options.CheckpointsKept}; it must be between 1 and 1000.");
        if (options.Resume && string.IsNullOrWhiteSpace(options.CheckpointDirectory))
            yield return "Resume is set without a CheckpointDirectory; name the folder to resume from.";
        if (options.EffectiveRecipe.FineTuning is not null && options.InitialWeights is null)
            yield return "The recipe fine-tunes, which freezes the network at first, but there are no InitialWeights; name a file with weights, or use TrainingRecipe.Standard.";
        if (options.InitialWeights is not null && !File.Exists(options.InitialWeights))
            yield return $"InitialWeights is '{options.InitialWeights}', which is not a file; check the path.";
    }
}
