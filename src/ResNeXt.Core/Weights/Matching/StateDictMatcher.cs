using ResNeXt.Core.Networks;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Weights.Matching;

/// <summary>
/// Matches the tensors of a file with those of a network: renames them and checks that none is missing, unexpected or of another shape.
/// </summary>
public static class StateDictMatcher
{
    /// <summary>
    /// Matches tensors with a network. Removes a common prefix of the names, renames the last layer to <c>fc</c> and the shortcuts to
    /// <c>downsample</c>, and ignores counters, tensors without the prefix, and a last layer for another number of classes.
    /// </summary>
    /// <remarks>
    /// <para>
    /// A prefix is whatever precedes both <c>conv1.weight</c> and <c>layer1.0.</c>: <c>module.</c>, <c>net.</c>, <c>backbone.</c>,
    /// <c>module.encoder_q.</c>. If there are several networks, one whose prefix contains <c>ema</c> or <c>teacher</c> is preferred, then the first
    /// in the file, then <c>encoder_k</c>, <c>target</c>, <c>momentum</c> or <c>student</c>. Parts numbered by
    /// <c>nn.Sequential(*resnet.children())</c> are recognized as well.
    /// </para>
    /// <para>
    /// The last layer is the fully connected one that takes the network's features: <c>fc</c>, <c>linear</c>, <c>classifier</c>, <c>head.fc</c>,
    /// <c>head</c> or <c>last_linear</c>, in this order, else the only other one, such as <c>fc.1</c>, with the prefix or without it. A head of
    /// several layers is ignored.
    /// </para>
    /// </remarks>
    /// <param name="architecture">The architecture of the network.</param>
    /// <param name="classes">The number of classes, at least 1.</param>
    /// <param name="weights">The tensors, with any of the names above.</param>
    /// <param name="source">The name of the file in messages.</param>
    /// <returns>The tensors; without the last layer if the file has none, or one for another number of classes.</returns>
    /// <exception cref="ArgumentException"><paramref name="classes"/> is below 1, or the architecture is invalid.</exception>
    /// <exception cref="InvalidDataException">
    /// Tensors are missing, unexpected or of another shape. The message lists them, and the known architecture that fits or what the file contains.
    /// </exception>
    public static StateDictMatch Match(Architecture architecture, int classes, StateDict weights, string source)
    {
        (TensorComparison comparison, IReadOnlyList<string> notes) = Compare(architecture, classes, weights, source);
        string[] ofHead = comparison.OtherClasses is int other
            ? [$"The last layer in {source} is for {other} classes; this network has {classes}, so it starts fresh."]
            : comparison.IsHeadMissing ? [$"{source} has no last layer; it starts fresh."] : [];
        return new StateDictMatch(
            new StateDict(comparison.Matched, weights.Metadata), comparison.OtherClasses is not null
                || comparison.IsHeadMissing, [.. notes, .. ofHead]);
    }

    /// <summary>
    /// Matches tensors like <see cref="Match"/>, but refuses a file without a last layer, or with one for another number of classes: unless it is
    /// trained further, the network would predict at random.
    /// </summary>
    /// <param name="architecture">The architecture of the network.</param>
    /// <param name="classes">The number of classes, at least 1.</param>
    /// <param name="weights">The tensors, with any of the names that <see cref="Match"/> accepts.</param>
    /// <param name="source">The name of the file in messages.</param>
    /// <returns>The tensors, with the last layer.</returns>
    /// <inheritdoc cref="Match" path="/exception"/>
    public static StateDictMatch WithHead(Architecture architecture, int classes, StateDict weights, string source)
    {
        (TensorComparison comparison, IReadOnlyList<string> notes) = Compare(architecture, classes, weights, source);
        if (comparison.IsHeadMissing)
        {
            throw new InvalidDataException($"The weights of {source} lack the last layer of {architecture.Name} (fc.weight, fc.bias), "
                + "so they cannot classify. "
                + string.Concat(notes.Select(note => $"{note} ")) + "Give a file with it, or train with these weights first.");
        }
        if (comparison.OtherClasses is int other)
        {
            throw new InvalidDataException($"The last layer in {source} is for {other} classes, but {classes} are asked for, so the network would "
                + "predict at random. Leave out the number of classes, or train with these weights first.");
        }
        return new StateDictMatch(new StateDict(comparison.Matched, weights.Metadata), HeadLeftOut: false, notes);
    }

    /// <summary>Matches tensors like <see cref="Match"/>, but without the last layer, which may be missing or have any number of classes.</summary>
    /// <param name="architecture">The architecture of the network.</param>
    /// <param name="weights">The tensors, with any of the names that <see cref="Match"/> accepts.</param>
    /// <param name="source">The name of the file in messages.</param>
    /// <returns>The tensors of all layers but the last, in the network's order.</returns>
    /// <inheritdoc cref="Match" path="/exception"/>
    public static StateDict WithoutHead(Architecture architecture, StateDict weights, string source)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(weights);
        var tensors = NetworkTensors.Find(weights, architecture.FeatureCount, source).Tensors.Where(item => !NetworkDefinition.IsHead(item.Key))
            .ToDictionary();
        TensorSpec[] needed = [.. architecture.Tensors(classes: 1).Where(spec => !NetworkDefinition.IsHead(spec.Name))];
        var comparison = new TensorComparison(needed, tensors, classes: 1);
        return comparison.Fits ? new StateDict(comparison.Matched, weights.Metadata) : throw DoesNotFit(architecture, comparison, weights, source);
    }

    /// <summary>Gets the number of classes of the last layer; null if there is no last layer.</summary>
    /// <param name="architecture">The architecture of the network.</param>
    /// <param name="weights">The tensors, with any of the names that <see cref="Match"/> accepts.</param>
    /// <param name="source">The name of the file in messages.</param>
    public static int? ClassesOf(Architecture architecture, StateDict weights, string source)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(weights);
        NetworkTensors network = NetworkTensors.Find(weights, architecture.FeatureCount, source);
        return network.Tensors.TryGetValue(NetworkDefinition.HeadWeight, out WeightTensor? head)
            && head.Shape is [var classes, var features] && features == architecture.FeatureCount && classes > 0 ? classes : null;
    }

    private static (TensorComparison Comparison, IReadOnlyList<string> Notes) Compare(Architecture architecture, int classes, StateDict weights,
        string source)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(weights);
        NetworkTensors located = NetworkTensors.Find(weights, architecture.FeatureCount, source);
        var comparison = new TensorComparison(architecture.Tensors(classes), located.Tensors, classes);
        return comparison.Fits ? (comparison, located.Notes) : throw DoesNotFit(architecture, comparison, weights, source);
    }

    private static InvalidDataException DoesNotFit(Architecture architecture, TensorComparison comparison, StateDict weights, string source) =>
        new($"The weights of {source} do not fit {architecture.Name}: {comparison.Describe()}. {Advice(architecture, weights, source)}");

    private static string Advice(Architecture asked, StateDict weights, string source)
    {
        string[] fitting = [.. Architectures.All.Where(candidate => Fits(candidate, weights, source)).Select(candidate => candidate.Name)];
        return fitting.Length > 0 ? $"The file fits {string.Join(" and ", fitting)}."
            : MismatchHint.Describe(NetworkTensors.Find(weights, asked.FeatureCount, source).Tensors, asked)
                ?? "Give the architecture that the file was made for.";
    }

    private static bool Fits(Architecture candidate, StateDict weights, string source) =>
        new TensorComparison(candidate.Tensors(classes: 1), NetworkTensors.Find(weights, candidate.FeatureCount, source).Tensors, classes: 1).Fits;
}
