using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels;

/// <summary>
/// The channels-last memory format (NHWC): the shape stays N x C x H x W, but the channels of a pixel are adjacent in memory. libtorch then picks its
/// faster convolution kernels. TorchSharp has no memory-format argument; a permuted copy has exactly the same strides.
/// </summary>
internal static class ChannelsLast
{
    /// <summary>Copies a tensor to channels-last format. The caller owns the copy.</summary>
    /// <param name="tensor">A tensor of four dimensions; remains the caller's.</param>
    public static Tensor Copy(Tensor tensor)
    {
        using Tensor pixels = TensorMemory.ChannelsLast(tensor);
        return pixels.permute(0, 3, 1, 2);
    }

    /// <summary>
    /// Reorders the convolution weights of a module in place, as PyTorch's <c>module.to(memory_format=torch.channels_last)</c> does.
    /// </summary>
    /// <param name="module">The module; values and shapes of its parameters do not change.</param>
    public static void Apply(nn.Module module)
    {
        using (no_grad())
        {
            foreach (TorchSharp.Modules.Parameter parameter in module.parameters().Where(parameter => parameter.dim() == 4))
            {
                using Tensor reordered = Copy(parameter);
                parameter.set_(reordered);
            }
        }
    }
}
