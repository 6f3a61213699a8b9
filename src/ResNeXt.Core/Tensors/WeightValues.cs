using System.Numerics.Tensors;
using ResNeXt.Core.Files;

namespace ResNeXt.Core.Tensors;

/// <summary>Finds weights that cannot be used because of their values.</summary>
internal static class WeightValues
{
    private const string Variance = "running_var";

    /// <summary>Describes the first tensor with invalid values, in words that continue "the weights file ..."; null if there is none.</summary>
    public static string? FindMistake(StateDict weights) =>
        weights.Tensors.Select(item => FindMistake(item.Key, item.Value.Values.Span)).FirstOrDefault(mistake => mistake is not null);

    /// <inheritdoc cref="FindMistake(StateDict)"/>
    /// <param name="name">The name of the tensor.</param>
    /// <param name="values">The values of the tensor.</param>
    public static string? FindMistake(string name, ReadOnlySpan<float> values)
    {
        if (!AreFinite(values))
            return $"has NaN or infinite values in the tensor {Quoted.Name(name)}; the training that made them diverged, or the file is damaged. "
                + "Give weights of an earlier epoch, or download or save the file again.";
        bool isVariance = name == Variance || name.EndsWith($".{Variance}", StringComparison.Ordinal);
        if (isVariance && !values.IsEmpty && TensorPrimitives.Min(values) < 0)
            return $"has a variance below 0 in the tensor {Quoted.Name(name)}; it is damaged. Download or save the file again.";
        return null;
    }

    /// <summary>Whether all values are finite.</summary>
    // MaxMagnitude is NaN if any value is NaN.
    public static bool AreFinite(ReadOnlySpan<float> values) => values.IsEmpty || float.IsFinite(TensorPrimitives.MaxMagnitude(values));
}
