using TorchSharp;
using static TorchSharp.torch.nn;
using static TorchSharp.torch;

namespace ResNeXt.Core.Networks;

/// <summary>Option A of arXiv 1512.03385, section 3.3: every second pixel, and zeros on both sides of the channels for the new ones.</summary>
internal sealed class ZeroPaddingShortcut(int stride, int newChannels) : Module<Tensor, Tensor>("shortcut")
{
    public override Tensor forward(Tensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor y = stride == 1 ? x : x.slice(2, 0, x.size(2), stride).slice(3, 0, x.size(3), stride);
        long before = newChannels / 2;
        return functional.pad(y, [0, 0, 0, 0, before, newChannels - before]).MoveToOuterDisposeScope();
    }
}
