using System.Collections.Immutable;
using System.Diagnostics;
using ResNeXt.Core.Kernels;
using ResNeXt.Core.Kernels.Im2Col;
using ResNeXt.Core.Kernels.SynchronizedNorm;
using TorchSharp;
using static TorchSharp.torch.nn;
using static TorchSharp.torch;

namespace ResNeXt.Core.Networks;

/// <summary>
/// Computes the layers of a network, in one forward pass. It takes the modules one after the other, because the network is computed in the order in
/// which <see cref="LayerRecorder"/> listed its layers.
/// </summary>
/// <param name="modules">The modules of the network's layers, in order.</param>
/// <param name="normalization">What follows each convolution.</param>
/// <param name="featureType">The type of the pooled features.</param>
/// <param name="statistics">Makes batch normalization use the batches of several processes together; null for this one alone.</param>
/// <param name="gradientsComplete">
/// Called in the backward pass, before the gradients of a block's input go further: the gradients of the layers from the given index on are complete.
/// </param>
internal sealed class TorchLayers(
    ImmutableArray<LayerModule> modules, NormalizationKind normalization, ScalarType featureType, IStatisticsExchange? statistics = null,
    Action<int>? gradientsComplete = null)
    : ILayers<PendingTensor>
{
    private static readonly WindowGeometry PoolingWindows = new(Kernel: 3, Stride: 2, Padding: 1);

    private int _next;

    public PendingTensor Convolution(
        string name, PendingTensor x, int channels, int kernel, int stride, int groups, int copies, bool sharesBias) =>
        new(Next(name).call(x.Compute()));

    public PendingTensor Normalization(string name, PendingTensor x) =>
        normalization == NormalizationKind.None ? x : x.Normalize(Next(name), statistics);

    public PendingTensor Relu(string name, PendingTensor x) => x.Relu();

    public PendingTensor MaxPooling(string name, PendingTensor x) => new(x.MaxPool(PoolingWindows));

    public PendingTensor Add(string name, PendingTensor x, PendingTensor shortcut) => x.Add(shortcut.Compute());

    // Adds as it goes, so that without gradients only one term's memory is needed beside the sum's.
    public PendingTensor Sum(string name, IEnumerable<PendingTensor> terms)
    {
        Tensor? sum = null;
        foreach (PendingTensor term in terms)
        {
            if (sum is null)
            {
                sum = term.Compute();
                continue;
            }
            using Tensor next = term.Compute();
            sum.Increase(next);
        }
        return new(sum!);
    }

    public PendingTensor Concatenate(string name, IEnumerable<PendingTensor> parts) => new(cat([.. parts.Select(part => part.Compute())], 1));

    public IEnumerable<PendingTensor> Split(PendingTensor x, int paths)
    {
        foreach (Tensor part in x.Compute().chunk(paths, 1))
            yield return new(part);
    }

    public PendingTensor ZeroPadding(string name, PendingTensor x, int channels, int stride)
    {
        Tensor input = x.Compute();
        Tensor y = stride == 1 ? input : input.slice(2, 0, input.size(2), stride).slice(3, 0, input.size(3), stride);
        long added = channels - input.size(1), before = added / 2;
        return new(functional.pad(y, [0, 0, 0, 0, before, added - before]));
    }

    public PendingTensor GlobalAveragePooling(string name, PendingTensor x) => new(x.Compute().mean([2, 3], type: featureType));

    public PendingTensor Linear(string name, PendingTensor x, int features) => new(Next(name).call(x.Compute()));

    // The block's input was computed for the block alone, so it is released here; the graph keeps what the backward pass needs.
    public PendingTensor Block(BlockSpec block, PendingTensor x, Func<ILayers<PendingTensor>, BlockSpec, PendingTensor, PendingTensor> layers)
    {
        int first = _next;
        using Tensor input = gradientsComplete is null ? x.Compute() : Marked(x.Compute(), () => gradientsComplete(first));
        using DisposeScope scope = NewDisposeScope();
        return new(layers(this, block, new(input)).Compute().MoveToOuterDisposeScope());
    }

    public PendingTensor Path(
        BlockSpec block, int index, PendingTensor x, Func<ILayers<PendingTensor>, BlockSpec, int, PendingTensor, PendingTensor> layers)
    {
        using DisposeScope scope = NewDisposeScope();
        return new(layers(this, block, index, x).Compute().MoveToOuterDisposeScope());
    }

    private static Tensor Marked(Tensor x, Action reached)
    {
        using (x)
            return BackwardPoint.Mark(x, reached);
    }

    private Module<Tensor, Tensor> Next(string name)
    {
        LayerModule next = modules[_next++];
        Debug.Assert(next.Layer.Name.EndsWith(name, StringComparison.Ordinal), $"'{name}' is computed where '{next.Layer.Name}' was listed.");
        return next.Module;
    }
}
