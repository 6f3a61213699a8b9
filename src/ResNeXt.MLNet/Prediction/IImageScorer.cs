using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Prediction;

/// <summary>Scores images with a classifier. Thread-safe.</summary>
internal interface IImageScorer : IDisposable
{
    /// <summary>Scores one image.</summary>
    /// <param name="image">The image; the caller keeps it.</param>
    /// <returns>The probabilities, and the features if they were asked for.</returns>
    ImageScores Score(MLImage image);
}
