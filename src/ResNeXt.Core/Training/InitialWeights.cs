using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights.Matching;

namespace ResNeXt.Core.Training;

/// <summary>Starts a network from weights that already know something.</summary>
public static class InitialWeights
{
    /// <summary>
    /// Copies weights into a network. Where the file names its classes, as our models do, the head keeps what it knows of every class by that name,
    /// and new classes start fresh; where it does not, the head is taken over if it has as many classes, and starts fresh if it has not or is
    /// missing.
    /// </summary>
    /// <param name="network">The network; its architecture is the file's.</param>
    /// <param name="classNames">Its classes, in order.</param>
    /// <param name="file">The weights.</param>
    /// <param name="source">Where they come from, for messages: the file's name.</param>
    /// <returns>What the user should know, one sentence each; usually none.</returns>
    /// <exception cref="InvalidDataException">The weights are of another network; the message says of which.</exception>
    public static IReadOnlyList<string> Load(ResidualNetwork network, IReadOnlyList<string> classNames, StateDict file, string source)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(classNames);
        ArgumentNullException.ThrowIfNull(file);
        if (ModelMetadata.ClassNames(file.Metadata) is not { } known || known.SequenceEqual(classNames))
        {
            StateDictMatch match = StateDictMatcher.Match(network.Architecture, network.Classes, file, source);
            network.SetWeights(match.Weights);
            return match.Notes;
        }
        StateDictMatch ofKnown = StateDictMatcher.Match(network.Architecture, known.Count, file, source);
        if (ofKnown.HeadLeftOut)
        {
            network.SetWeights(ofKnown.Weights);
            return ofKnown.Notes;
        }
        StateDict weights = ofKnown.Weights, fresh = network.GetWeights();
        network.SetWeights(new(weights.Tensors.Select(item => item.Key.StartsWith("fc.", StringComparison.Ordinal)
            ? KeyValuePair.Create(item.Key, Rows(item.Value, known, fresh.Tensors[item.Key], classNames))
            : item)));
        return [
            .. ofKnown.Notes,
            .. Note(classNames.Except(known), $"not known to {source}, so they start fresh"),
            .. Note(known.Except(classNames), $"known to {source}, but not among the classes here, so they are left out"),
        ];
    }

    // A row per class; those of classes that are known come from the file.
    private static WeightTensor Rows(WeightTensor saved, IReadOnlyList<string> known, WeightTensor fresh, IReadOnlyList<string> classNames)
    {
        int length = fresh.Values.Length / classNames.Count;
        float[] values = fresh.Values.ToArray();
        Dictionary<string, int> rows = known.Select((name, row) => (name, row)).ToDictionary(item => item.name, item => item.row, StringComparer.Ordinal);
        for (int index = 0; index < classNames.Count; index++)
        {
            if (rows.TryGetValue(classNames[index], out int row))
                saved.Values.Span.Slice(row * length, length).CopyTo(values.AsSpan(index * length));
        }
        return new WeightTensor(fresh.Shape, values);
    }

    private static IEnumerable<string> Note(IEnumerable<string> classes, string what)
    {
        string[] names = [.. classes];
        if (names.Length > 0)
            yield return $"These classes are {what}: {string.Join(", ", names.Take(10))}{(names.Length > 10 ? $" and {names.Length - 10} more" : "")}.";
    }
}
