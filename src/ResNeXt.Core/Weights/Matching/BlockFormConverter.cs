using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Weights.Matching;

/// <summary>
/// Converts weights between forms of the bottleneck that compute the same function: between any two of <see cref="BlockForm.Grouped"/>,
/// <see cref="BlockForm.EarlyConcatenation"/> and <see cref="BlockForm.Aggregated"/>, and between <see cref="BlockForm.SplitTransformMerge"/> and
/// <see cref="BlockForm.SplitGrouped"/>. Values are only moved, so converting there and back changes nothing.
/// </summary>
public static class BlockFormConverter
{
    /// <summary>Converts weights to another form. Gradients with the same names are converted in the same way.</summary>
    /// <param name="weights">The tensors of the network in the first form. The last layer may be missing.</param>
    /// <param name="from">The architecture of the weights.</param>
    /// <param name="to">The architecture to convert to. It may differ from the first only in its name, its form and its initial weights.</param>
    /// <returns>The tensors of the second form in its order. The metadata stays the same, except for the description of the architecture.</returns>
    /// <exception cref="ArgumentException">
    /// An architecture is invalid, the two compute different functions, or a tensor is missing or has another shape.
    /// </exception>
    public static StateDict Convert(StateDict weights, Architecture from, Architecture to)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        CheckSameFunction(from, to);
        Dictionary<string, WeightTensor> joined = Joined(weights, from);
        IEnumerable<KeyValuePair<string, WeightTensor>> cut = to.Tensors(1).Where(spec => !NetworkDefinition.IsHead(spec.Name))
            .Select(spec => KeyValuePair.Create(spec.Name, PathTensor.Of(spec.Name).Cut(joined, spec.Shape)));
        IEnumerable<KeyValuePair<string, WeightTensor>> head = weights.Tensors.Where(tensor => NetworkDefinition.IsHead(tensor.Key));
        return new StateDict([.. cut, .. head], ModelMetadata.WithArchitecture(weights.Metadata, to));
    }

    // Gets the tensors of the grouped form, in which the tensors of all paths are joined.
    private static Dictionary<string, WeightTensor> Joined(StateDict weights, Architecture from)
    {
        var joined = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        IEnumerable<IGrouping<PathTensor, TensorSpec>> wholes = from.Tensors(1).Where(spec => !NetworkDefinition.IsHead(spec.Name))
            .GroupBy(spec => PathTensor.Of(spec.Name) with { Path = null });
        foreach (IGrouping<PathTensor, TensorSpec> parts in wholes)
            joined.Add(parts.Key.Name, parts.Key.Join([.. parts.Select(spec => Find(weights, spec, from))]));
        return joined;
    }

    private static WeightTensor Find(StateDict weights, TensorSpec spec, Architecture from) =>
        weights.Tensors.TryGetValue(spec.Name, out WeightTensor? tensor) && tensor.Shape.SequenceEqual(spec.Shape)
            ? tensor
            : throw new ArgumentException(
                $"The weights lack '{spec.Name}' with the shape {TensorShape.Text(spec.Shape)}, which {from.Name} in the form {from.Form} needs. "
                + "Give the weights of that form.", nameof(weights));

    private static void CheckSameFunction(Architecture from, Architecture to)
    {
        if (from.Form.IsSplit() != to.Form.IsSplit())
        {
            throw new ArgumentException(
                $"The form {from.Form} cannot become {to.Form}: in the split forms a transformation sees only its share of the channels, so they "
                + $"compute something else. Convert between {nameof(BlockForm.Grouped)}, {nameof(BlockForm.EarlyConcatenation)} and "
                + $"{nameof(BlockForm.Aggregated)}, or between {nameof(BlockForm.SplitTransformMerge)} and {nameof(BlockForm.SplitGrouped)}.",
                nameof(to));
        }
        if (Function(from) != Function(to) || !from.Depths.SequenceEqual(to.Depths))
        {
            throw new ArgumentException(
                $"The architectures '{from.Name}' and '{to.Name}' differ in more than their form. "
                + "Make the second from the first: from with { Form = ... }.", nameof(to));
        }
    }

    // The architecture without the properties that change no result, and without the depths, which records do not compare by content.
    private static Architecture Function(Architecture architecture) => architecture with
    {
        Name = "",
        Depths = default,
        Form = default,
        Initialization = default,
        ZeroInitializeLastNormalization = default,
    };
}
