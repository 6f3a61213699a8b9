using System.Diagnostics;

namespace ResNeXt.MLNet;

/// <summary>The prediction of a <see cref="ResNeXtPredictor"/> for one image.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class ImagePrediction
{
    private const int Printed = 3;

    private readonly IReadOnlyList<string> _classNames;

    internal ImagePrediction(IReadOnlyList<string> classNames, float[] scores, float? distance, PredictorOptions options)
    {
        _classNames = classNames;
        Scores = scores;
        RankedClass best = ClassRanking.GetBest(classNames, scores);
        Score = best.Score;
        Distance = distance;
        IsOutOfDistribution = distance > options.MaximumDistance;
        Label = best.Score >= options.MinimumScore && !IsOutOfDistribution ? best.Label : null;
    }

    /// <summary>
    /// The most probable class; null ("don't know") if <see cref="Score"/> is below the predictor's <see cref="PredictorOptions.MinimumScore"/>, or
    /// if <see cref="IsOutOfDistribution"/> is true.
    /// </summary>
    public string? Label { get; }

    /// <summary>The probability of the most probable class, also if <see cref="Label"/> is null.</summary>
    public float Score { get; }

    /// <summary>
    /// How far the image is from those that the model was trained for, in the features of its network. Hardly any image of the model's classes (one
    /// of a thousand) is farther away than 1. Null if the model was saved without this measure: before the first release, or after a training with
    /// too few images; and if it is scored on a GPU.
    /// </summary>
    public float? Distance { get; }

    /// <summary>Whether <see cref="Distance"/> is above the predictor's <see cref="PredictorOptions.MaximumDistance"/>.</summary>
    public bool IsOutOfDistribution { get; }

    /// <summary>One probability per class, in the order of <see cref="ResNeXtPredictor.ClassNames"/>.</summary>
    public IReadOnlyList<float> Scores { get; }

    /// <summary>The most probable classes; they do not depend on the predictor's options.</summary>
    /// <param name="k">The number of classes, at least 1; all classes if there are fewer.</param>
    /// <returns>The classes with their scores, highest score first.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is below 1.</exception>
    public IReadOnlyList<RankedClass> GetTopK(int k) => ClassRanking.GetTopK(_classNames, Scores, k);

    /// <summary>
    /// The three most probable classes as text: <c>cat 97.3 %, dog 2.1 %, fox 0.4 %</c>, after <c>unknown:</c> if <see cref="Label"/> is null.
    /// </summary>
    public override string ToString() => (Label is null ? "unknown: " : "") + string.Join(", ", GetTopK(Printed));
}
