using static TorchSharp.torch;

namespace ResNeXt.Core.Networks;

/// <summary>The first weights of a network, from a generator of its own: libtorch's global one is neither read nor seeded.</summary>
internal static class WeightInitialization
{
    /// <summary>
    /// He et al. 2015 (arXiv 1502.01852) on the fan-out for convolutions, 1 and 0 for batch normalisation, uniform within 1/sqrt(fan-in) for the
    /// last layer, as torchvision does.
    /// </summary>
    public static void Apply(ResidualNetwork network, int seed)
    {
        using var generator = new Generator((ulong)seed);
        using (no_grad())
        {
            foreach ((string name, TorchSharp.Modules.Parameter parameter) in network.named_parameters())
            {
                if (parameter.dim() == 4)
                    parameter.normal_(0, Math.Sqrt(2.0 / (parameter.shape[0] * parameter.shape[2] * parameter.shape[3])), generator);
                else if (name.StartsWith("fc.", StringComparison.Ordinal))
                    parameter.uniform_(-FcBound(network), FcBound(network), generator);
            }
        }
    }

    private static double FcBound(ResidualNetwork network) => 1 / Math.Sqrt(network.Architecture.FeatureCount);
}
