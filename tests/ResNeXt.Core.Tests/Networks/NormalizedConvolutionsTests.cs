using ResNeXt.Core.Networks;

namespace ResNeXt.Core.Tests.Networks;

public sealed class NormalizedConvolutionsTests
{
    [Theory]
    [InlineData("resnet20_cifar")]
    [InlineData("resnext29_8x64d_cifar")]
    public void GroupsOfNormalizedConvolutions_OfANetwork_AreThoseOfAllConvolutions(string name)
    {
        Architecture architecture = Architectures.Get(name);
        using var network = new ResidualNetwork(architecture, classes: 2);

        IReadOnlyDictionary<string, int> groups = network.GroupsOfNormalizedConvolutions;

        Assert.Equal(architecture.Tensors(2).Where(spec => spec.Shape.Count == 4).Select(spec => spec.Name), groups.Keys);
        Assert.All(groups, item => Assert.Equal(item.Key.EndsWith("conv2.weight", StringComparison.Ordinal) ? architecture.Cardinality : 1, item.Value));
    }
}
