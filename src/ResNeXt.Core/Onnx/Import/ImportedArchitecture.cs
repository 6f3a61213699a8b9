using System.Collections.Immutable;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Import.Graphs;
using ResNeXt.Core.Onnx.Schema;

namespace ResNeXt.Core.Onnx.Import;

/// <summary>Derives the architecture from the convolutions of a graph.</summary>
internal static class ImportedArchitecture
{
    private const int BaseOfWidths = 64;

    /// <summary>Derives the architecture, and checks that every convolution is one of that architecture.</summary>
    /// <param name="stem">The first convolution.</param>
    /// <param name="pooling">The max pooling after it; null if there is none.</param>
    /// <param name="blocks">The residual blocks, at least one.</param>
    /// <exception cref="InvalidDataException">A convolution does not fit; the message names the first one.</exception>
    public static Architecture Of(ConvolutionUnit stem, NodeProto? pooling, IReadOnlyList<ImportedBlock> blocks)
    {
        ImportedBlock first = blocks[0];
        ConvolutionUnit grouped = first.Grouped;
        var architecture = new Architecture
        {
            Name = "imported",
            Block = first.Kind,
            Depths = Depths(blocks),
            Cardinality = grouped.Groups,
            BaseWidth = first.Kind == BlockKind.Basic ? BaseOfWidths : BaseWidth(stem, grouped),
            Stem = Stem(stem, pooling),
            StemWidth = stem.OutputChannels,
            InputChannels = stem.InputChannels,
            Shortcut = blocks.FirstOrDefault(block => block.Shortcut is not null)?.Shortcut ?? default,
            StridePlacement = blocks.FirstOrDefault(block => block.Kind == BlockKind.Bottleneck && block.Stride > 1)?.Units[0].Window.Stride > 1
                ? StridePlacement.First1x1 : StridePlacement.Convolution3x3,
        };
        foreach ((ImportedBlock block, BlockSpec spec) in blocks.Zip(Blocks(architecture)))
            block.Check(spec);
        return Named(architecture);
    }

    private static StemKind Stem(ConvolutionUnit stem, NodeProto? pooling)
    {
        if (stem.Groups != 1 || (stem.Window, pooling is not null) is not ((7, 2), true) and not ((3, 1), false))
        {
            throw OperatorMismatch.Of(stem.Node, $"the first convolution is {stem.Window.Kernel}x{stem.Window.Kernel} with stride {stem.Window.Stride} "
                + $"and {(pooling is null ? "no" : "a")} max pooling after it; the networks here begin with 7x7, stride 2 and max pooling, or with 3x3 alone");
        }
        if (pooling is not null && Window.Read(pooling) is not (3, 2))
            throw OperatorMismatch.Of(pooling, "the networks here pool 3x3 with stride 2");
        return pooling is null ? StemKind.Cifar : StemKind.ImageNet;
    }

    // Each stage but the first begins with a stride.
    private static ImmutableArray<int> Depths(IReadOnlyList<ImportedBlock> blocks)
    {
        var depths = new List<int> { 0 };
        foreach (ImportedBlock block in blocks)
        {
            if (block.Stride > 1 && depths[^1] > 0)
                depths.Add(0);
            depths[^1]++;
        }
        return [.. depths];
    }

    private static int BaseWidth(ConvolutionUnit stem, ConvolutionUnit grouped)
    {
        int width = grouped.OutputChannels / grouped.Groups;
        return (long)width * BaseOfWidths % stem.OutputChannels == 0
            ? (int)Math.Min(int.MaxValue, (long)width * BaseOfWidths / stem.OutputChannels)
            : throw OperatorMismatch.Of(grouped.Node, $"its groups have {width} channels, which no base width gives for a stem of {stem.OutputChannels}");
    }

    private static IReadOnlyList<BlockSpec> Blocks(Architecture architecture)
    {
        try
        {
            return architecture.Blocks();
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"is an ONNX model of a network that is impossible here. {exception.Message}", exception);
        }
    }

    private static Architecture Named(Architecture architecture)
    {
        Architecture? known = Architectures.All.FirstOrDefault(known => known.Depths.SequenceEqual(architecture.Depths)
            && known with { Depths = architecture.Depths, Name = architecture.Name } == architecture);
        return known ?? architecture with { Name = Name(architecture) };
    }

    // In the style of the known names, with the depths, which the number of layers does not determine.
    private static string Name(Architecture architecture)
    {
        int layers = architecture.Depths.Sum() * (architecture.Block == BlockKind.Bottleneck ? 3 : 2) + 2;
        string family = architecture.Cardinality > 1 ? $"resnext{layers}_{architecture.Cardinality}x{architecture.BaseWidth}d" : $"resnet{layers}";
        string[] parts =
        [
            family, string.Join('_', architecture.Depths),
            architecture.Cardinality == 1 && architecture.BaseWidth != BaseOfWidths ? $"width{architecture.BaseWidth}" : "",
            architecture.StridePlacement == StridePlacement.First1x1 ? "stride1x1" : "",
            architecture.Stem == StemKind.Cifar ? "cifar" : "",
        ];
        return string.Join('_', parts.Where(part => part.Length > 0));
    }
}
