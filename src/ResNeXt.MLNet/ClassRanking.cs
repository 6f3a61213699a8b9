using Microsoft.ML;
using Microsoft.ML.Data;

namespace ResNeXt.MLNet;

/// <summary>Gets the most probable classes from a row of scores.</summary>
public static class ClassRanking
{
    /// <summary>Gets the most probable classes of a prediction by a transformer.</summary>
    /// <param name="model">The transformer that made the prediction.</param>
    /// <param name="scores">The prediction's <c>Score</c>.</param>
    /// <param name="k">The number of classes, at least 1; all classes if there are fewer.</param>
    /// <returns>The classes with their scores, highest score first.</returns>
    /// <exception cref="ArgumentException">The number of scores is not the number of classes, or <paramref name="k"/> is below 1.</exception>
    public static IReadOnlyList<RankedClass> GetTopK(this ResNeXtTransformer model, IReadOnlyList<float> scores, int k)
    {
        ArgumentNullException.ThrowIfNull(model);
        return GetTopK(model.ClassNames, scores, k);
    }

    /// <summary>Gets the most probable classes of a prediction by a model that <c>mlContext.Model.Load</c> loaded.</summary>
    /// <param name="scoreColumn">The score column, whose slot names are the classes: <c>model.GetOutputSchema(schema)["Score"]</c>.</param>
    /// <param name="scores">A value of that column.</param>
    /// <param name="k">The number of classes, at least 1; all classes if there are fewer.</param>
    /// <returns>The classes with their scores, highest score first.</returns>
    /// <exception cref="ArgumentException">
    /// The column has no slot names, the number of scores is not the number of classes, or <paramref name="k"/> is below 1.
    /// </exception>
    public static IReadOnlyList<RankedClass> GetTopK(this DataViewSchema.Column scoreColumn, IReadOnlyList<float> scores, int k)
    {
        if (!scoreColumn.HasSlotNames())
        {
            throw new ArgumentException($"The column '{scoreColumn.Name}' has no slot names to call the classes by; "
                + "give the Score column of a scored schema.", nameof(scoreColumn));
        }
        VBuffer<ReadOnlyMemory<char>> names = default;
        scoreColumn.GetSlotNames(ref names);
        return GetTopK([.. names.DenseValues().Select(name => name.ToString())], scores, k);
    }

    internal static IReadOnlyList<RankedClass> GetTopK(IReadOnlyList<string> classNames, IReadOnlyList<float> scores, int k)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (k < 1)
            throw new ArgumentOutOfRangeException(nameof(k), k, "At least one class must be asked for.");
        CheckLength(classNames, scores);
        // The sort is stable: of classes with the same score the earlier one comes first.
        return
        [
            .. Enumerable.Range(0, scores.Count).OrderByDescending(index => scores[index]).Take(k)
                .Select(index => new RankedClass(classNames[index], scores[index])),
        ];
    }

    /// <summary>Gets the most probable class, without sorting: of classes with the same score the first one.</summary>
    internal static RankedClass GetBest(IReadOnlyList<string> classNames, IReadOnlyList<float> scores)
    {
        CheckLength(classNames, scores);
        int best = 0;
        for (int index = 1; index < scores.Count; index++)
        {
            if (scores[index] > scores[best])
                best = index;
        }
        return new(classNames[best], scores[best]);
    }

    private static void CheckLength(IReadOnlyList<string> classNames, IReadOnlyList<float> scores)
    {
        if (scores.Count != classNames.Count)
        {
            throw new ArgumentException(
                $"There are {scores.Count} scores for {classNames.Count} classes; give one row of the model's Score column.", nameof(scores));
        }
    }
}
