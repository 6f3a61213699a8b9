namespace ResNeXt.Core.Tensors;

/// <summary>Name and shape of one tensor of a state_dict.</summary>
/// <param name="Name">For example <c>layer1.0.conv1.weight</c>.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="IsStatistic">Whether it is a running mean or variance, which training updates without a gradient.</param>
public sealed record TensorSpec(string Name, IReadOnlyList<int> Shape, bool IsStatistic = false)
{
    /// <summary>Number of elements.</summary>
    public long Length => Shape.Aggregate(1L, (product, dimension) => product * dimension);
}
