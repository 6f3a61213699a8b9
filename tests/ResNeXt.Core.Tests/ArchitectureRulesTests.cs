using ResNeXt.Core.Networks;
using ResNeXt.Core.Tests.Networks;

namespace ResNeXt.Core.Tests;

public sealed class ArchitectureRulesTests
{
    private static readonly Architecture ResNeXt = SmallNetworks.ResNeXt;
    private static readonly Architecture ResNet = SmallNetworks.ResNet;

    public static TheoryData<Architecture, string> Impossible => new()
    {
        { ResNet with { Cardinality = 2 }, "Cardinality is 2 on a basic block" },
        { ResNet with { BaseWidth = 128 }, "BaseWidth is 128 on a basic block" },
        { ResNet with { Form = BlockForm.Aggregated }, "Form is Aggregated on a basic block" },
        { ResNet with { StridePlacement = StridePlacement.First1x1 }, "has no 1x1" },
        { ResNeXt with { Cardinality = 0 }, "Cardinality is 0; it must be at least 1" },
        { ResNeXt with { BaseWidth = 0 }, "BaseWidth is 0; it must be at least 1" },
        { ResNeXt with { BaseWidth = 6 }, "would have 1.5 channels, so the width could not be divided by the cardinality" },
        { ResNeXt with { BaseWidth = 2 }, "would have 0.5 channels" },
        { ResNeXt with { Form = BlockForm.SplitTransformMerge, Cardinality = 3 }, "splits the 16 channels of the stem into 3 equal parts" },
        { ResNeXt with { ZeroInitializeLastNormalization = true, Normalization = NormalizationKind.None }, "no normalization to set to zero" },
        { ResNeXt with { ZeroInitializeLastNormalization = true, Form = BlockForm.SplitGrouped }, "would pass no gradient" },
        { ResNeXt with { Depths = [] }, "Depths is []" },
        { ResNeXt with { Depths = [1, 0] }, "Depths is [1, 0]" },
        { ResNeXt with { Depths = [1, 1, 1, 1, 1] }, "one to four numbers" },
        { ResNeXt with { Depths = [1, int.MaxValue, int.MaxValue] }, "at most 100000 transformations" },
        { ResNeXt with { Cardinality = int.MaxValue }, "at most 100000 transformations" },
        { ResNeXt with { StemWidth = 0 }, "StemWidth is 0" },
        { ResNeXt with { InputChannels = 0 }, "InputChannels is 0" },
        { ResNeXt with { Form = (BlockForm)9 }, "Form is 9; it must be one of Grouped, EarlyConcatenation" },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Blocks_ImpossibleCombination_SaysWhy(Architecture architecture, string reason) =>
        Assert.Contains(reason, Assert.Throws<ArgumentException>(architecture.Blocks).Message);

    [Fact]
    public void Blocks_SeveralMistakes_AreReportedTogether()
    {
        string message = Assert.Throws<ArgumentException>((ResNet with { Cardinality = 2, Depths = [0], InputChannels = -1 }).Blocks).Message;

        Assert.Contains("'small_resnet'", message);
        Assert.Contains("Cardinality is 2", message);
        Assert.Contains("Depths is [0]", message);
        Assert.Contains("InputChannels is -1", message);
    }

    [Fact]
    public void Tensors_OwnNetwork_FollowItsDescription()
    {
        Architecture own = ResNeXt with { Depths = [1, 2, 1], InputChannels = 1, Stem = StemKind.ImageNet, Cardinality = 2, BaseWidth = 16 };

        Dictionary<string, IReadOnlyList<int>> shapes = own.Tensors(7).ToDictionary(tensor => tensor.Name, tensor => tensor.Shape);

        Assert.Equal([16, 1, 7, 7], shapes["conv1.weight"]);
        Assert.Equal([16, 8, 3, 3], shapes["layer2.1.conv2.weight"]);
        Assert.Equal([7, 256], shapes["fc.weight"]);
    }
}
