using System.Collections.Immutable;
using ResNeXt.Core.Networks;

namespace ResNeXt.Core;

/// <summary>The known architectures.</summary>
public static class Architectures
{
    /// <summary>
    /// All known architectures: torchvision's ten, <c>resnext101_32x4d</c> of the ResNeXt paper, <c>resnet18_cntk</c> of the package
    /// <c>Microsoft.ML.DnnImageFeaturizer.ResNet18</c> (one block more than ResNet-18), and the networks of both papers for 32-pixel images.
    /// </summary>
    public static ImmutableArray<Architecture> All { get; } =
    [
        Basic("resnet18", 2, 2, 2, 2),
        Basic("resnet34", 3, 4, 6, 3),
        Bottleneck("resnet50", 1, 64, 3, 4, 6, 3),
        Bottleneck("resnet101", 1, 64, 3, 4, 23, 3),
        Bottleneck("resnet152", 1, 64, 3, 8, 36, 3),
        Bottleneck("resnext50_32x4d", 32, 4, 3, 4, 6, 3),
        Bottleneck("resnext101_32x4d", 32, 4, 3, 4, 23, 3),
        Bottleneck("resnext101_32x8d", 32, 8, 3, 4, 23, 3),
        Bottleneck("resnext101_64x4d", 64, 4, 3, 4, 23, 3),
        Bottleneck("wide_resnet50_2", 1, 128, 3, 4, 6, 3),
        Bottleneck("wide_resnet101_2", 1, 128, 3, 4, 23, 3),
        Basic("resnet18_cntk", 2, 2, 2, 3),
        CifarResNet(20), CifarResNet(32), CifarResNet(44), CifarResNet(56), CifarResNet(110),
        CifarResNeXt29(8, 64), CifarResNeXt29(16, 64), CifarResNeXt29(32, 4),
    ];

    /// <summary>Gets an architecture by its name.</summary>
    /// <param name="name">One of the names in <see cref="All"/>, for example <c>resnext101_64x4d</c>; case does not matter.</param>
    /// <exception cref="ArgumentException">The name is unknown; the message lists the known names.</exception>
    public static Architecture Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(architecture => architecture.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException(
                $"The architecture '{name}' is unknown; the known ones are {string.Join(", ", All.Select(architecture => architecture.Name))}.",
                nameof(name));
    }

    private static Architecture Basic(string name, params int[] depths) =>
        new() { Name = name, Block = BlockKind.Basic, Depths = [.. depths] };

    private static Architecture Bottleneck(string name, int cardinality, int baseWidth, params int[] depths) =>
        new() { Name = name, Block = BlockKind.Bottleneck, Depths = [.. depths], Cardinality = cardinality, BaseWidth = baseWidth };

    // arXiv 1512.03385, section 4.2: 6n+2 layers in three stages of n basic blocks, 16, 32 and 64 channels, option-A shortcuts.
    private static Architecture CifarResNet(int layers) => new()
    {
        Name = $"resnet{layers}_cifar",
        Block = BlockKind.Basic,
        Depths = [.. Enumerable.Repeat((layers - 2) / 6, 3)],
        Stem = StemKind.Cifar,
        StemWidth = 16,
        Shortcut = ShortcutKind.ZeroPadding,
    };

    // arXiv 1611.05431, section 5.3 and appendix A: 29 layers in three stages of three bottlenecks, type-B shortcuts.
    private static Architecture CifarResNeXt29(int cardinality, int baseWidth) => new()
    {
        Name = $"resnext29_{cardinality}x{baseWidth}d_cifar",
        Block = BlockKind.Bottleneck,
        Depths = [3, 3, 3],
        Cardinality = cardinality,
        BaseWidth = baseWidth,
        Stem = StemKind.Cifar,
    };
}
