using Microsoft.ML;
using ResNeXt.Core;
using ResNeXt.MLNet.Schema;

namespace ResNeXt.MLNet.Experiments;

/// <summary>Foresees how many epochs of a candidate fit into a time.</summary>
/// <remarks>From its own last training, or else from the last of another network by the multiply-adds of an image; the first of all is a guess in the dark.</remarks>
internal sealed class Pace(DataViewSchema schema)
{
    private double? _secondsPerOperation;

    /// <summary>Takes note of how long a candidate's training took.</summary>
    public void Learn(Candidate candidate) => _secondsPerOperation = candidate.SecondsPerEpoch / Operations(candidate.Options!);

    /// <summary>At least 1 and at most <paramref name="wanted"/>.</summary>
    public int EpochsWithin(TimeSpan time, int wanted, Candidate candidate)
    {
        double? seconds = candidate.SecondsPerEpoch ?? _secondsPerOperation * Operations(candidate.Options!);
        return seconds is null ? wanted : (int)Math.Clamp(time.TotalSeconds / seconds.Value, 1, wanted);
    }

    private double Operations(ResNeXtTrainer.Options options)
    {
        Architecture architecture = Architectures.Get(options.Architecture);
        DataViewSchema.Column pixels = schema.Find(options.FeatureColumnName, nameof(options.FeatureColumnName));
        var input = FeatureInput.Of(pixels, architecture, options.ImageSize, options.PixelLayout);
        // The last layer, the only one that depends on the classes, hardly counts.
        return architecture.MultiplyAdds(Math.Max(input.Shape.Height, input.Shape.Width), classes: 2);
    }
}
