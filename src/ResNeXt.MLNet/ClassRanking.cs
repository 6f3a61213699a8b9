using Microsoft.ML;
using Microsoft.ML.Data;

namespace ResNeXt.MLNet;

/// <summary>Names the most probable classes of a score vector.</summary>
public static class ClassRanking
{
    /// <summary>The most probable classes of a prediction, for the transformer that made it.</summary>
    /// <param name="model">The classifier.</param>
    /// <param name="scores">A row of its <c>Score</c> column.</param>
    /// <param name="k">How many classes, at least 1; where there are fewer classes, all of them.</param>
    /// <returns>The classes by score, highest first; of equal ones the earlier class first.</returns>
    /// <exception cref="ArgumentException">There is not one score per class, or <paramref name="k"/> is below 1.</exception>
    public static IReadOnlyList<RankedClass> GetTopK(this ResNeXtTransformer model, IReadOnlyList<float> scores, int k)
    {
        ArgumentNullException.ThrowIfNull(model);
        return GetTopK(model.ClassNames, scores, k);
    }

    /// <summary>The most probable classes of a prediction, for a model that <c>mlContext.Model.Load</c> gave.</summary>
    /// <param name="scoreColumn">The column of the scores, whose slot names are the classes: <c>model.GetOutputSchema(schema)["Score"]</c>.</param>
    /// <param name="scores">A row of it.</param>
    /// <param name="k">How many classes, at least 1; where there are fewer classes, all of them.</param>
    /// <returns>The classes by score, highest first; of equal ones the earlier class first.</returns>
    /// <exception cref="ArgumentException">The column has no slot names, there is not one score per class, or <paramref name="k"/> is below 1.</exception>
    public static IReadOnlyList<RankedClass> GetTopK(this DataViewSchema.Column scoreColumn, IReadOnlyList<float> scores, int k)
    {
        if (!scoreColumn.HasSlotNames())
            throw new ArgumentException($"The column '{scoreColumn.Name}' has no slot names to call the classes by; give the Score column of a scored schema.", nameof(scoreColumn));
        VBuffer<ReadOnlyMemory<char>> names = default;
        scoreColumn.GetSlotNames(ref names);
        return GetTopK([.. names.DenseValues().Select(name => name.ToString())], scores, k);
    }

    internal static IReadOnlyList<RankedClass> GetTopK(IReadOnlyList<string> classNames, IReadOnlyList<float> scores, int k)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (k < 1)
            throw new ArgumentOutOfRangeException(nameof(k), k, "At least one class must be asked for.");
        if (scores.Count != classNames.Count)
            throw new ArgumentException($"There are {scores.Count} scores for {classNames.Count} classes; give one row of the model's Score column.", nameof(scores));
        return [.. scores.Index().OrderByDescending(item => item.Item).Take(k).Select(item => new RankedClass(classNames[item.Index], item.Item))];
    }
}
