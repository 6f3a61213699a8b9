using System.Collections.Immutable;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Import.Graphs;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Onnx.Import;

/// <summary>A residual block of a graph: its convolutions and its shortcut.</summary>
/// <param name="Units">The convolutions of the main branch: two in a basic block, three in a bottleneck.</param>
/// <param name="Projection">The convolution of the shortcut; null if it has none.</param>
/// <param name="ZeroPadding">The shortcut with channels of zeros; null if it is another one.</param>
internal sealed record ImportedBlock(ImmutableArray<ConvolutionUnit> Units, ConvolutionUnit? Projection, PaddedShortcut? ZeroPadding)
{
    public BlockKind Kind => Units.Length == 3 ? BlockKind.Bottleneck : BlockKind.Basic;

    /// <summary>The product of all strides.</summary>
    public int Stride => Units.Aggregate(1, (product, unit) => product * unit.Window.Stride);

    /// <summary>The convolution with the groups.</summary>
    public ConvolutionUnit Grouped => Units[Units.Length - 2];

    public ShortcutKind? Shortcut => Projection is not null ? ShortcutKind.Projection : ZeroPadding is not null ? ShortcutKind.ZeroPadding : null;

    /// <summary>The number of weights of its convolutions.</summary>
    public long FilterValues => Units.Sum(unit => (long)unit.Filters.Values.Length) + (Projection?.Filters.Values.Length ?? 0);

    /// <summary>Throws if this block differs from the block of an architecture.</summary>
    /// <exception cref="InvalidDataException">A convolution differs.</exception>
    public void Check(BlockSpec spec)
    {
        (int Inputs, int Outputs, int Kernel, int Stride, int Groups)[] expected = spec.Kind == BlockKind.Basic
            ? [(spec.InputChannels, spec.Width, 3, spec.Stride, 1), (spec.Width, spec.OutputChannels, 3, 1, 1)]
            : [(spec.InputChannels, spec.Width, 1, spec.FirstStride, 1), (spec.Width, spec.Width, 3, spec.SecondStride, spec.Cardinality),
               (spec.Width, spec.OutputChannels, 1, 1, 1)];
        if (Kind != spec.Kind)
            throw OperatorMismatch.Of(Units[0].Node, "its block has another number of convolutions than the first block");
        foreach ((ConvolutionUnit unit, var layer) in Units.Zip(expected))
            Check(unit, layer);
        if (Projection is not null)
            Check(Projection, (spec.InputChannels, spec.OutputChannels, 1, spec.Stride, 1));
        int added = spec.OutputChannels - spec.InputChannels;
        if (ZeroPadding is not null && ZeroPadding != new PaddedShortcut(ZeroPadding.Node, spec.Stride, added / 2, added - added / 2))
            throw OperatorMismatch.Of(ZeroPadding.Node, $"the block {spec.Name} needs {added / 2} channels of zeros before and {added - added / 2} after");
        if (Shortcut != spec.Shortcut)
        {
            string needed = spec.Shortcut is { } kind ? $"a shortcut of the kind {kind}" : "its input as the shortcut";
            throw OperatorMismatch.Of(Projection?.Node ?? ZeroPadding?.Node ?? Units[0].Node, $"the block {spec.Name} needs {needed}");
        }
    }

    /// <summary>Gets the tensors of this block with the names of a block here.</summary>
    public IEnumerable<KeyValuePair<string, WeightTensor>> Tensors(string name) =>
    [
        .. Units.SelectMany((unit, index) => unit.Tensors($"{name}.conv{index + 1}", $"{name}.bn{index + 1}")),
        .. Projection?.Tensors($"{name}.downsample.0", $"{name}.downsample.1") ?? [],
    ];

    private static void Check(ConvolutionUnit unit, (int Inputs, int Outputs, int Kernel, int Stride, int Groups) expected)
    {
        (int, int, int, int, int) found = (unit.InputChannels, unit.OutputChannels, unit.Window.Kernel, unit.Window.Stride, unit.Groups);
        if (found != expected)
            throw OperatorMismatch.Of(unit.Node, $"it is {Text(found)}, where the network needs {Text(expected)}");
    }

    private static string Text((int Inputs, int Outputs, int Kernel, int Stride, int Groups) layer) =>
        $"{layer.Kernel}x{layer.Kernel} from {layer.Inputs} to {layer.Outputs} channels with stride {layer.Stride} and {layer.Groups} groups";
}
