using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch;

namespace ResNeXt.Core.Networks;

/// <summary>The bottleneck in form (b), early concatenation (arXiv 1611.05431, figure 3 b).</summary>
internal sealed class ConcatenatedBottleneck : Module<Tensor, Tensor>
{
    private readonly ModuleList<Module<Tensor, Tensor>> paths;
    private readonly Convolution conv3;
    private readonly Module<Tensor, Tensor> bn3;
    private readonly Module<Tensor, Tensor>? downsample;
    private readonly Func<Module<Tensor, Tensor>, Tensor, Tensor, Tensor> end;

    public ConcatenatedBottleneck(BlockSpec spec) : base(spec.Name)
    {
        var block = new BlockModules(spec);
        paths = block.Paths(path => new Transformation(path));
        conv3 = block.Convolution(nameof(conv3));
        bn3 = block.Normalization(nameof(bn3));
        downsample = block.Shortcut();
        end = block.End();
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor y = cat([.. paths.Select(path => path.call(x))], 1);
        y = conv3.call(y);
        return end(bn3, y, downsample is null ? x : downsample.call(x)).MoveToOuterDisposeScope();
    }
}
