using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch;

namespace ResNeXt.Core.Networks;

/// <summary>The bottleneck as Keras reimplementations write it: every transformation sees only its share of the input's channels.</summary>
internal sealed class SplitBottleneck : Module<Tensor, Tensor>
{
    private readonly ModuleList<Module<Tensor, Tensor>> paths;
    private readonly Convolution conv3;
    private readonly Module<Tensor, Tensor> bn3;
    private readonly Module<Tensor, Tensor>? downsample;
    private readonly Func<Module<Tensor, Tensor>, Tensor, Tensor, Tensor> end;

    public SplitBottleneck(BlockSpec spec) : base(spec.Name)
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
        Tensor[] split = x.chunk(paths.Count, 1);
        Tensor[] transformed = [.. paths.Zip(split, (path, part) => path.call(part))];
        Tensor merged = cat(transformed, 1);
        Tensor transition = conv3.call(merged);
        return end(bn3, transition, downsample is null ? x : downsample.call(x)).MoveToOuterDisposeScope();
    }
}
