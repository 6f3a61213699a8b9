using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch;

namespace ResNeXt.Core.Networks;

/// <summary>The bottleneck in form (a), aggregated residual transformations (arXiv 1611.05431, figure 3 a and equation 2).</summary>
internal sealed class AggregatedBottleneck : Module<Tensor, Tensor>
{
    private readonly ModuleList<Module<Tensor, Tensor>> paths;
    private readonly Module<Tensor, Tensor> bn3;
    private readonly Module<Tensor, Tensor>? downsample;
    private readonly Func<Module<Tensor, Tensor>, Tensor, Tensor, Tensor> end;

    public AggregatedBottleneck(BlockSpec spec) : base(spec.Name)
    {
        var block = new BlockModules(spec);
        paths = block.Paths(path => new AggregatedTransformation(path));
        bn3 = block.Normalization(nameof(bn3));
        downsample = block.Shortcut();
        end = block.End();
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        return end(bn3, Sum(x), downsample is null ? x : downsample.call(x)).MoveToOuterDisposeScope();
    }

    // Adds as it goes, so that without gradients only one path's output lives beside the sum.
    private Tensor Sum(Tensor x)
    {
        Tensor sum = paths[0].call(x);
        foreach (Module<Tensor, Tensor> path in paths.Skip(1))
        {
            using Tensor y = path.call(x);
            sum.add_(y);
        }
        return sum;
    }
}
