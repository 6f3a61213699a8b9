using Microsoft.ML;
using ResNeXt.Core;
using ResNeXt.MLNet.Schema;

namespace ResNeXt.MLNet.Experiments.Timing;

/// <summary>Predicts how many epochs of a network fit into a time.</summary>
/// <remarks>
/// It predicts from the network's own last training. If there is none, it takes the last training of another network, and scales the time of an epoch
/// by the multiply-adds per image.
/// </remarks>
/// <param name="schema">The columns of the training set.</param>
internal sealed class EpochBudget(DataViewSchema schema)
{
    private TrainingCost? _lastCost;
    private double? _lastMultiplyAdds;

    /// <summary>Remembers a training, to predict those of other networks.</summary>
    /// <param name="cost">The time that the training took; null if it failed.</param>
    /// <param name="options">The options of the network.</param>
    public void Learn(TrainingCost? cost, ResNeXtTrainer.Options options)
    {
        if (cost is not null)
            (_lastCost, _lastMultiplyAdds) = (cost, MultiplyAdds(options));
    }

    /// <summary>Predicts the number of epochs.</summary>
    /// <param name="time">The time for the training.</param>
    /// <param name="wanted">The largest number of epochs.</param>
    /// <param name="cost">The time that the network's own last training took; null if there was none.</param>
    /// <param name="options">The options of the network.</param>
    /// <returns>From 1 to <paramref name="wanted"/>; null if there was no training to predict from.</returns>
    public int? EpochsWithin(TimeSpan time, int wanted, TrainingCost? cost, ResNeXtTrainer.Options options)
    {
        TrainingCost? expected = cost ?? CostFromLast(options);
        return expected is null ? null : (int)Math.Clamp((time.TotalSeconds - expected.FixedSeconds) / expected.SecondsPerEpoch, 1, wanted);
    }

    private TrainingCost? CostFromLast(ResNeXtTrainer.Options options) => MultiplyAdds(options) / _lastMultiplyAdds is { } ratio
        ? _lastCost! with { SecondsPerEpoch = _lastCost.SecondsPerEpoch * ratio }
        : null;

    // Unknown if the network cannot take the column: its training will say so.
    private double? MultiplyAdds(ResNeXtTrainer.Options options)
    {
        Architecture architecture = Architectures.Get(options.Architecture);
        if (schema.GetColumnOrNull(options.FeatureColumnName) is not { } pixels
            || FeatureInputReader.Read(pixels, architecture, options.ImageSize, options.PixelLayout).Input is not { } input)
            return null;
        // Only the last layer depends on the number of classes, and it hardly counts.
        return architecture.MultiplyAdds(Math.Max(input.Shape.Height, input.Shape.Width), classes: 2);
    }
}
