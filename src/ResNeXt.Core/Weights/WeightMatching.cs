namespace ResNeXt.Core.Weights;

/// <summary>Brings the tensors of a file to the names of a network and checks that they are exactly the network's.</summary>
public static class WeightMatching
{
    /// <summary>
    /// Matches tensors with a network: takes off the prefixes <c>module.</c> and <c>_orig_mod.</c>, calls the last layer <c>fc</c> and the
    /// shortcuts <c>downsample</c>, and leaves out <c>num_batches_tracked</c> and a last layer for another number of classes.
    /// </summary>
    /// <param name="architecture">The network.</param>
    /// <param name="classes">Its number of classes, at least 1.</param>
    /// <param name="weights">The tensors, under any of the names above.</param>
    /// <param name="source">Where they come from, for messages: the file's name.</param>
    /// <exception cref="ArgumentException"><paramref name="classes"/> is below 1 or the architecture is impossible.</exception>
    /// <exception cref="InvalidDataException">
    /// Tensors are missing, unexpected or of another shape; the message lists them together, and which known architecture would fit.
    /// </exception>
    public static WeightMatch For(Architecture architecture, int classes, WeightSet weights, string source)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(weights);
        TensorComparison comparison = Compare(architecture, classes, CommonNames.Of(weights, source));
        if (!comparison.Fits)
            throw DoesNotFit(architecture, comparison, weights, source);
        string[] notes = comparison.OtherClasses is int other
            ? [$"The last layer in {source} is for {other} classes; this network has {classes}, so it starts fresh."]
            : [];
        return new WeightMatch(new WeightSet(comparison.Matched, weights.Metadata), comparison.OtherClasses is not null, notes);
    }

    /// <summary>As <see cref="For"/>, without the last layer, which the file may have for any number of classes, or lack.</summary>
    /// <param name="architecture">The network.</param>
    /// <param name="weights">The tensors, under any of the names that <see cref="For"/> understands.</param>
    /// <param name="source">Where they come from, for messages: the file's name.</param>
    /// <returns>The tensors before the last layer, in the network's order.</returns>
    /// <inheritdoc cref="For" path="/exception"/>
    public static WeightSet WithoutHead(Architecture architecture, WeightSet weights, string source)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(weights);
        var tensors = HeadName.Unify(CommonNames.Of(weights, source), architecture.FeatureCount)
            .Where(item => !TensorComparison.IsHead(item.Key)).ToDictionary();
        var comparison = new TensorComparison([.. architecture.Tensors(classes: 1).Where(spec => !TensorComparison.IsHead(spec.Name))], tensors, classes: 1);
        return comparison.Fits ? new WeightSet(comparison.Matched, weights.Metadata) : throw DoesNotFit(architecture, comparison, weights, source);
    }

    /// <summary>The number of classes that the last layer among tensors is for, or null where there is no such layer.</summary>
    /// <param name="architecture">The network.</param>
    /// <param name="weights">The tensors, under any of the names that <see cref="For"/> understands.</param>
    /// <param name="source">Where they come from, for messages: the file's name.</param>
    public static int? ClassesOf(Architecture architecture, WeightSet weights, string source)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(weights);
        return HeadName.Unify(CommonNames.Of(weights, source), architecture.FeatureCount).TryGetValue("fc.weight", out WeightTensor? head)
            && head.Shape is [var classes, var features] && features == architecture.FeatureCount && classes > 0 ? classes : null;
    }

    private static TensorComparison Compare(Architecture architecture, int classes, IReadOnlyDictionary<string, WeightTensor> tensors) =>
        new(architecture.Tensors(classes), HeadName.Unify(tensors, architecture.FeatureCount), classes);

    private static InvalidDataException DoesNotFit(Architecture architecture, TensorComparison comparison, WeightSet weights, string source) =>
        new($"The weights of {source} do not fit {architecture.Name}: {comparison.Describe()}. {Advice(weights, source)}");

    private static string Advice(WeightSet weights, string source)
    {
        OrderedDictionary<string, WeightTensor> tensors = CommonNames.Of(weights, source);
        string[] fitting = [.. Architectures.All.Where(candidate => Compare(candidate, 1, tensors).Fits).Select(candidate => candidate.Name)];
        return fitting.Length > 0 ? $"The file fits {string.Join(" and ", fitting)}." : "Give the architecture that the file was made for.";
    }
}
