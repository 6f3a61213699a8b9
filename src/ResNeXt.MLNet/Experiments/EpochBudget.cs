using Microsoft.ML;
using ResNeXt.Core;
using ResNeXt.Core.Images;
using ResNeXt.MLNet.Schema;
using ResNeXt.MLNet.Scoring;

namespace ResNeXt.MLNet.Experiments;

/// <summary>Foresees how many epochs of a candidate fit into a time.</summary>
/// <remarks>From its own last training, or else from the last of another network by the multiply-adds of an image.</remarks>
internal sealed class EpochBudget(DataViewSchema schema)
{
    private Cost? _cost;
    private double? _operations;

    /// <summary>Takes note of how long a candidate's last training took, if it had one.</summary>
    public void Learn(Candidate candidate)
    {
        if (candidate.Cost is { } cost)
            (_cost, _operations) = (cost, Operations(candidate.Options!));
    }

    /// <summary>At least 1 and at most <paramref name="wanted"/>; null while nothing is known.</summary>
    public int? EpochsWithin(TimeSpan time, int wanted, Candidate candidate)
    {
        Cost? cost = candidate.Cost ?? OfAnother(candidate);
        return cost is null ? null : (int)Math.Clamp((time.TotalSeconds - cost.Once) / cost.PerEpoch, 1, wanted);
    }

    private Cost? OfAnother(Candidate candidate) =>
        Operations(candidate.Options!) / _operations is { } ratio ? _cost! with { PerEpoch = _cost.PerEpoch * ratio } : null;

    // Unknown where the column or the size does not suit the network: its training will say so.
    private double? Operations(ResNeXtTrainer.Options options)
    {
        try
        {
            Architecture architecture = Architectures.Get(options.Architecture);
            DataViewSchema.Column pixels = schema.Find(options.FeatureColumnName, nameof(options.FeatureColumnName));
            var input = FeatureInput.Of(pixels, architecture, options.ImageSize, options.PixelLayout);
            // The last layer, the only one that depends on the classes, hardly counts.
            return architecture.MultiplyAdds(Math.Max(input.Shape.Height, input.Shape.Width), classes: 2);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
