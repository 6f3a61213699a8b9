using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Weights.Matching;

/// <summary>
/// Carries weights from one form of the bottleneck to another that computes the same: between any two of <see cref="BlockForm.Grouped"/>,
/// <see cref="BlockForm.EarlyConcatenation"/> and <see cref="BlockForm.Aggregated"/>, and between <see cref="BlockForm.SplitTransformMerge"/>
/// and <see cref="BlockForm.SplitGrouped"/>. Values are moved and never computed, so nothing is lost on the way and back.
/// </summary>
public static class BlockFormConverter
{
    /// <summary>Converts weights; gradients under the same names convert alike.</summary>
    /// <param name="weights">All tensors of the first form's blocks under their own names; a last layer may be left out.</param>
    /// <param name="from">The architecture they are of.</param>
    /// <param name="to">The architecture they are for; it may differ from the first in its name, its form and its first weights only.</param>
    /// <returns>The tensors of the second form in its order, with the same metadata except for the description of the architecture.</returns>
    /// <exception cref="ArgumentException">
    /// An architecture is impossible, the two compute different functions, or a tensor is missing or of another shape.
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

    // The tensors of the grouped form: those of the paths are joined.
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

    // What is left of an architecture without its depths, which records do not compare by content, and without what changes no result.
    private static Architecture Function(Architecture architecture) => architecture with
    {
        Name = "",
        Depths = default,
        Form = default,
        Initialization = default,
        ZeroInitializeLastNormalization = default,
    };
}
