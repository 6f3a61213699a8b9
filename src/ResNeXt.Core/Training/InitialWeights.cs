using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights.Matching;

namespace ResNeXt.Core.Training;

/// <summary>Starts training from pretrained weights.</summary>
public static class InitialWeights
{
    /// <summary>
    /// Copies pretrained weights into a network. If the file names its classes, as files of this library do, the weights of the last layer are copied
    /// class by class, and new classes start from random weights. If it does not, the last layer is copied if it has the same number of classes, and
    /// starts from random weights otherwise.
    /// </summary>
    /// <param name="network">The network, of the same architecture as the weights.</param>
    /// <param name="classNames">The names of the network's classes, in order.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="fileName">The name of their file, for messages.</param>
    /// <returns>Notes for the user, one sentence each; usually none.</returns>
    /// <exception cref="InvalidDataException">The weights are those of another network; the message says of which.</exception>
    public static IReadOnlyList<string> Load(ResidualNetwork network, IReadOnlyList<string> classNames, StateDict weights, string fileName)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(classNames);
        ArgumentNullException.ThrowIfNull(weights);
        if (ModelMetadata.ClassNames(weights.Metadata) is not { } known || known.SequenceEqual(classNames))
        {
            StateDictMatch match = StateDictMatcher.Match(network.Architecture, network.Classes, weights, fileName);
            network.SetWeights(match.Weights);
            return match.Notes;
        }
        StateDictMatch ofKnown = StateDictMatcher.Match(network.Architecture, known.Count, weights, fileName);
        if (ofKnown.HeadLeftOut)
        {
            network.SetWeights(ofKnown.Weights);
            return ofKnown.Notes;
        }
        StateDict fresh = network.GetWeights();
        network.SetWeights(new(ofKnown.Weights.Tensors.Select(item => item.Key.StartsWith("fc.", StringComparison.Ordinal)
            ? KeyValuePair.Create(item.Key, Rows(item.Value, known, fresh.Tensors[item.Key], classNames))
            : item)));
        return [
            .. ofKnown.Notes,
            .. Note(classNames.Except(known), $"not known to {fileName}, so they start fresh"),
            .. Note(known.Except(classNames), $"known to {fileName}, but not among the classes here, so they are left out"),
        ];
    }

    // One row for every class; the rows of known classes come from the file.
    private static WeightTensor Rows(WeightTensor saved, IReadOnlyList<string> known, WeightTensor fresh, IReadOnlyList<string> classNames)
    {
        int length = fresh.Values.Length / classNames.Count;
        float[] values = fresh.Values.ToArray();
        Dictionary<string, int> rows = known.Index().ToDictionary(item => item.Item, item => item.Index, StringComparer.Ordinal);
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
        string more = names.Length > 10 ? $" and {names.Length - 10} more" : "";
        if (names.Length > 0)
            yield return $"These classes are {what}: {string.Join(", ", names.Take(10))}{more}.";
    }
}
