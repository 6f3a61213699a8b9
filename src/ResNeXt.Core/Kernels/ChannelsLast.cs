using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels;

/// <summary>
/// The memory order N, H, W, C behind the shape N x C x H x W: libtorch then picks its faster kernels. TorchSharp has no argument for it; a
/// permuted copy has exactly those strides.
/// </summary>
internal static class ChannelsLast
{
    /// <summary>A copy in that order.</summary>
    /// <param name="tensor">Four dimensions; stays the caller's.</param>
    public static Tensor Copy(Tensor tensor)
    {
        using Tensor pixels = TensorMemory.ChannelsLast(tensor);
        return pixels.permute(0, 3, 1, 2);
    }

    /// <summary>Reorders the weights of a network's convolutions in place; their values and shapes stay.</summary>
    public static void Apply(ResidualNetwork network)
    {
        using (no_grad())
        {
            foreach (TorchSharp.Modules.Parameter parameter in network.parameters().Where(parameter => parameter.dim() == 4))
            {
                using Tensor reordered = Copy(parameter);
                parameter.set_(reordered);
            }
        }
    }
}
