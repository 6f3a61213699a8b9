namespace ResNeXt.Core.Tensors;

/// <summary>The name and shape of one tensor of a state dict.</summary>
/// <param name="Name">The name, for example <c>layer1.0.conv1.weight</c>.</param>
/// <param name="Shape">The dimensions.</param>
/// <param name="IsStatistic">Whether the tensor is a running mean or variance, which training updates without gradients.</param>
public sealed record TensorSpec(string Name, IReadOnlyList<int> Shape, bool IsStatistic = false)
{
    /// <summary>Number of elements.</summary>
    public long Length => Shape.Aggregate(1L, (product, dimension) => product * dimension);
}
