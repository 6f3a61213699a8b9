using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch;

namespace ResNeXt.Core.Networks;

/// <summary>Makes the modules of one block from its plan, by the names they have in the block.</summary>
internal sealed class BlockModules
{
    private const string Input = "input";

    private readonly LayerPlan _plan;
    private readonly BlockSpec _spec;
    private readonly string _prefix;

    public BlockModules(BlockSpec spec)
    {
        _plan = new LayerPlan(Input, spec.InputChannels, spec.Normalization);
        BlockPlan.Write(_plan, spec, Input);
        _spec = spec;
        _prefix = spec.Name;
    }

    private BlockModules(BlockModules block, string prefix)
    {
        _plan = block._plan;
        _spec = block._spec;
        _prefix = prefix;
    }

    /// <summary>The name of what is made.</summary>
    public string Name => _prefix;

    public Convolution Convolution(string name) => new(_plan[$"{_prefix}.{name}"]);

    public Module<Tensor, Tensor> Normalization(string name) => Layers.Normalization(_plan, $"{_prefix}.{name}");

    /// <summary>One module per transformation, each made from names of its own.</summary>
    public ModuleList<Module<Tensor, Tensor>> Paths(Func<BlockModules, Module<Tensor, Tensor>> make) =>
        new([.. Enumerable.Range(0, _spec.Cardinality).Select(index => make(new BlockModules(this, BottleneckPlan.Path(_spec, index))))]);

    /// <summary>What the block's input passes on its way to the addition, or null for the identity.</summary>
    public Module<Tensor, Tensor>? Shortcut() => _spec.Shortcut switch
    {
        ShortcutKind.Projection when _spec.Normalization == NormalizationKind.None => Sequential(Convolution("downsample.0")),
        ShortcutKind.Projection => Sequential(Convolution("downsample.0"), Normalization("downsample.1")),
        ShortcutKind.ZeroPadding => new ZeroPaddingShortcut(_spec.Stride, _spec.OutputChannels - _spec.InputChannels),
        _ => null,
    };

    /// <summary>How the block ends: a function of the last normalisation, its input and the shortcut. It may overwrite that input.</summary>
    public Func<Module<Tensor, Tensor>, Tensor, Tensor, Tensor> End() => BlockPlan.End(_spec) switch
    {
        BlockEnd.ReluBefore => (normalization, y, shortcut) => normalization.Relu(y).add(shortcut),
        BlockEnd.ReluOnBothSides => (normalization, y, shortcut) => normalization.Relu(y).add(shortcut).relu_(),
        _ => (normalization, y, shortcut) => normalization.AddRelu(y, shortcut),
    };
}
