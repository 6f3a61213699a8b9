using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch;

namespace ResNeXt.Core.Networks;

/// <summary>Modules from their descriptions.</summary>
internal static class Layers
{
    /// <summary>The batch normalisation of that name, or what does nothing in a plan without.</summary>
    public static Module<Tensor, Tensor> Normalization(LayerPlan plan, string name) =>
        plan.Has(name) ? BatchNorm2d(plan[name].OutputChannels) : Identity();

    /// <summary>A residual block.</summary>
    public static Module<Tensor, Tensor> Block(BlockSpec spec) => (spec.Kind, spec.Form) switch
    {
        (BlockKind.Basic, _) => new BasicBlock(spec),
        (_, BlockForm.Aggregated) => new AggregatedBottleneck(spec),
        (_, BlockForm.EarlyConcatenation) => new ConcatenatedBottleneck(spec),
        (_, BlockForm.SplitTransformMerge) => new SplitBottleneck(spec),
        _ => new Bottleneck(spec),
    };
}
