using ResNeXt.Core.Networks;

namespace ResNeXt.Core.Tests.Networks;

/// <summary>Architectures small enough to run in a moment, yet with identity blocks, a change of width and a change of size.</summary>
internal static class SmallNetworks
{
    public const int ImageSize = 8;

    /// <summary>A ResNeXt of two stages: 4 transformations of 2 and then 4 channels.</summary>
    public static Architecture ResNeXt { get; } = new()
    {
        Name = "small_resnext",
        Block = BlockKind.Bottleneck,
        Depths = [2, 1],
        Cardinality = 4,
        BaseWidth = 8,
        StemWidth = 16,
        Stem = StemKind.Cifar,
    };

    /// <summary>A ResNet of basic blocks in two stages.</summary>
    public static Architecture ResNet { get; } = new() { Name = "small_resnet", Block = BlockKind.Basic, Depths = [2, 1], StemWidth = 8, Stem = StemKind.Cifar };
}
