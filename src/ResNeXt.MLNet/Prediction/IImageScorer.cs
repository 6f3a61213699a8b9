using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Prediction;

/// <summary>Scores images with a classifier. Thread-safe.</summary>
internal interface IImageScorer : IDisposable
{
    /// <summary>Scores one image.</summary>
    /// <param name="image">The image; the caller keeps it.</param>
    /// <returns>One probability per class.</returns>
    float[] Score(MLImage image);
}
