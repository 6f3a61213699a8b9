using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNeXt.Core.Networks;

/// <summary>The first weights of a network, from a generator of its own: libtorch's global one is neither read nor seeded.</summary>
internal static class WeightInitialization
{
    /// <summary>Draws what <see cref="Architecture.Initialization"/> says; batch normalisation starts at 1 and 0.</summary>
    public static void Apply(ResidualNetwork network, LayerPlan plan, int seed)
    {
        using var generator = new Generator((ulong)seed);
        Dictionary<string, LayerSpec> layers = plan.Layers.SelectMany(layer => layer.Tensors().Select(tensor => (tensor.Name, layer)))
            .ToDictionary(pair => pair.Name, pair => pair.layer);
        bool glorot = network.Architecture.Initialization == InitializationKind.Glorot;
        using (no_grad())
        {
            foreach ((string name, Parameter parameter) in network.named_parameters())
            {
                if (glorot)
                    Glorot(layers[name], parameter, generator);
                else
                    He(layers[name], parameter, generator);
            }
            if (network.Architecture.ZeroInitializeLastNormalization)
                ZeroLastNormalizations(network);
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

    private static void ZeroLastNormalizations(ResidualNetwork network)
    {
        string last = network.Architecture.Block == BlockKind.Basic ? "bn2" : "bn3";
        HashSet<string> names = [.. network.Architecture.Blocks().Select(block => $"{block.Name}.{last}.weight")];
        foreach ((_, Parameter scale) in network.named_parameters().Where(item => names.Contains(item.name)))
            scale.zero_();
    }
}
