using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch;

namespace ResNeXt.Core.Networks;

/// <summary>Draws the initial weights of a network from a generator of its own: libtorch's global one is neither read nor seeded.</summary>
internal static class WeightInitialization
{
    /// <summary>Draws all weights; batch normalization starts with scale 1 and bias 0.</summary>
    /// <param name="network">The network.</param>
    /// <param name="layers">Its layers.</param>
    /// <param name="kind">The distribution.</param>
    /// <param name="seed">The seed.</param>
    public static void Apply(Module network, IReadOnlyCollection<LayerSpec> layers, InitializationKind kind, int seed)
    {
        using var generator = new Generator((ulong)seed);
        Dictionary<string, LayerSpec> layerOf = layers.SelectMany(layer => layer.Tensors().Select(tensor => (tensor.Name, layer)))
            .ToDictionary(pair => pair.Name, pair => pair.layer, StringComparer.Ordinal);
        using (no_grad())
        {
            foreach ((string name, Parameter parameter) in network.named_parameters())
            {
                if (kind == InitializationKind.Glorot)
                    Glorot(layerOf[name], parameter, generator);
                else
                    He(layerOf[name], parameter, generator);
            }
        }
    }

    /// <summary>Sets the scale of every block's last normalization, the one before the addition of the shortcut, to 0.</summary>
    /// <param name="network">The network.</param>
    /// <param name="layers">Its layers.</param>
    public static void ZeroLastNormalizations(Module network, IReadOnlyCollection<LayerSpec> layers)
    {
        HashSet<string> added = [.. layers.Where(layer => layer.Kind == LayerKind.Addition).Select(layer => layer.Inputs[0])];
        HashSet<string> scales = [.. layers.Where(layer => layer.Kind == LayerKind.BatchNormalization && added.Contains(layer.Name))
            .Select(layer => layer.Tensors().First().Name)];
        using (no_grad())
        {
            foreach ((_, Parameter scale) in network.named_parameters().Where(item => scales.Contains(item.name)))
                scale.zero_();
        }
    }

    private static void He(LayerSpec layer, Parameter parameter, Generator generator)
    {
        if (parameter.dim() == 4)
            parameter.normal_(0, Math.Sqrt(2.0 / (parameter.shape[0] * layer.Copies * parameter.shape[2] * parameter.shape[3])), generator);
        else if (layer.Kind == LayerKind.Linear)
            parameter.uniform_(-1 / Math.Sqrt(layer.InputChannels), 1 / Math.Sqrt(layer.InputChannels), generator);
        else if (layer.Kind == LayerKind.Convolution)
            parameter.zero_();
    }

    private static void Glorot(LayerSpec layer, Parameter parameter, Generator generator)
    {
        if (layer.Kind == LayerKind.BatchNormalization)
            return;
        double fans = (layer.InputChannels + layer.OutputChannels) / layer.Groups * (double)layer.Kernel * layer.Kernel, bound = Math.Sqrt(6 / fans);
        if (parameter.dim() > 1)
            parameter.uniform_(-bound, bound, generator);
        else
            parameter.zero_();
    }
}
