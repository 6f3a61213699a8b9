using ResNeXt.Core.Plan;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

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
        _plan = new LayerPlan(Input, spec.InputChannels);
        BlockPlan.Write(_plan, spec, Input);
        _spec = spec;
        _prefix = spec.Name;
    }

    public Conv2d Convolution(string name) => Layers.Convolution(Layer(name));

    public BatchNorm2d Normalization(string name) => BatchNorm2d(Layer(name).OutputChannels);

    /// <summary>What the block's input passes on its way to the addition, or null for the identity.</summary>
    public Module<Tensor, Tensor>? Shortcut() => _spec.Shortcut switch
    {
        ShortcutKind.Projection => Sequential(Convolution("downsample.0"), Normalization("downsample.1")),
        ShortcutKind.ZeroPadding => new ZeroPaddingShortcut(_spec.Stride, _spec.OutputChannels - _spec.InputChannels),
        _ => null,
    };

    private LayerSpec Layer(string name) => _plan[$"{_prefix}.{name}"];
}
