using static TorchSharp.torch.nn;
using static TorchSharp.torch;

namespace ResNeXt.Benchmarks.Comparison.Plain;

/// <summary>Option A of the ResNet paper: every second pixel, and zeros for the channels that are new.</summary>
internal sealed class PlainZeroPadding(long added) : Module<Tensor, Tensor>(nameof(PlainZeroPadding))
{
    public override Tensor forward(Tensor input) =>
        functional.pad(input[TensorIndex.Ellipsis, TensorIndex.Slice(step: 2), TensorIndex.Slice(step: 2)], [0, 0, 0, 0, added / 2, added - added / 2]);
}
