using System.Globalization;
using System.Text.RegularExpressions;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Weights.Matching;

/// <summary>A tensor of a block in the grouped form, or the part of it that belongs to one transformation.</summary>
/// <param name="Name">The tensor's name in the grouped form, for example <c>layer1.0.conv2.weight</c>.</param>
/// <param name="Path">The index of the transformation; null for the whole tensor.</param>
internal sealed partial record PathTensor(string Name, int? Path)
{
    // The axis along which the tensor is split. A group of a convolution is a range of output channels. Only the last 1x1 convolution of form (a) is
    // split along its input channels, because its outputs are added.
    private int Axis => Name.EndsWith(".conv3.weight", StringComparison.Ordinal) ? 1 : 0;

    /// <summary>Parses a tensor name of any form.</summary>
    public static PathTensor Of(string name) => Pattern().Match(name) is { Success: true } match
        ? new($"{match.Groups["block"].Value}.{match.Groups["tensor"].Value}", int.Parse(match.Groups["path"].Value, CultureInfo.InvariantCulture))
        : new(name, null);

    /// <summary>Joins the parts of all transformations.</summary>
    public WeightTensor Join(IReadOnlyList<WeightTensor> parts)
    {
        if (parts.Count == 1)
            return parts[0];
        int[] shape = [.. parts[0].Shape];
        shape[Axis] = parts.Sum(part => part.Shape[Axis]);
        var values = new float[parts.Sum(part => part.Values.Length)];
        int row = Stride(shape), offset = 0;
        foreach (WeightTensor part in parts)
        {
            int run = Stride(part.Shape);
            for (int outer = 0; outer * run < part.Values.Length; outer++)
                part.Values.Span.Slice(outer * run, run).CopyTo(values.AsSpan(outer * row + offset));
            offset += run;
        }
        return new WeightTensor(shape, values);
    }

    /// <summary>Gets the part of this transformation, or the whole tensor.</summary>
    /// <param name="joined">The tensors of the grouped form, by name.</param>
    /// <param name="shape">The shape of the part.</param>
    public WeightTensor Cut(IReadOnlyDictionary<string, WeightTensor> joined, IReadOnlyList<int> shape)
    {
        WeightTensor whole = joined[Name];
        if (Path is not int path)
            return whole;
        int row = Stride(whole.Shape), run = Stride(shape);
        var values = new float[shape.Aggregate(1, (product, dimension) => product * dimension)];
        for (int outer = 0; outer * run < values.Length; outer++)
            whole.Values.Span.Slice(outer * row + path * run, run).CopyTo(values.AsSpan(outer * run));
        return new WeightTensor(shape, values);
    }

    // The number of values from one index of the outer axes to the next.
    private int Stride(IReadOnlyList<int> shape) => shape.Skip(Axis).Aggregate(1, (product, dimension) => product * dimension);

    [GeneratedRegex(@"^(?<block>layer[0-9]+\.[0-9]+)\.paths\.(?<path>[0-9]{1,9})\.(?<tensor>.+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
