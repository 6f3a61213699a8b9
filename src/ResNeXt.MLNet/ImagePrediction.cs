using System.Diagnostics;

namespace ResNeXt.MLNet;

/// <summary>The prediction of a <see cref="ResNeXtPredictor"/> for one image.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class ImagePrediction
{
    private const int Printed = 3;

    private readonly IReadOnlyList<string> _classNames;

    internal ImagePrediction(IReadOnlyList<string> classNames, float[] scores, float minimumScore)
    {
        _classNames = classNames;
        Scores = scores;
        RankedClass best = GetTopK(1)[0];
        Score = best.Score;
        Label = best.Score >= minimumScore ? best.Label : null;
    }

    /// <summary>
    /// The most probable class; null ("don't know") if <see cref="Score"/> is below the predictor's <see cref="PredictorOptions.MinimumScore"/>.
    /// </summary>
    public string? Label { get; }

    /// <summary>The probability of the most probable class, also if <see cref="Label"/> is null.</summary>
    public float Score { get; }

    /// <summary>One probability per class, in the order of <see cref="ResNeXtPredictor.ClassNames"/>.</summary>
    public IReadOnlyList<float> Scores { get; }

    /// <summary>The most probable classes; they do not depend on <see cref="PredictorOptions.MinimumScore"/>.</summary>
    /// <param name="k">The number of classes, at least 1; all classes if there are fewer.</param>
    /// <returns>The classes with their scores, highest score first.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is below 1.</exception>
    public IReadOnlyList<RankedClass> GetTopK(int k) => ClassRanking.GetTopK(_classNames, Scores, k);

    /// <summary>
    /// The three most probable classes as text: <c>cat 97.3 %, dog 2.1 %, fox 0.4 %</c>, after <c>unknown:</c> if <see cref="Label"/> is null.
    /// </summary>
    public override string ToString() => (Label is null ? "unknown: " : "") + string.Join(", ", GetTopK(Printed));
}
