using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels;

/// <summary>The shape of a batch of feature maps, N x C x H x W.</summary>
/// <remarks>
/// Code that runs for every layer reads single sizes with this instead of TorchSharp's <c>shape</c>: each call of <c>shape</c> makes a delegate whose
/// native part stays in the C library's heap until the garbage collector runs, and thousands of them fragment the heap between the tensors.
/// </remarks>
/// <param name="Images">N, the number of images.</param>
/// <param name="Channels">C, the number of channels.</param>
/// <param name="Height">H, in pixels.</param>
/// <param name="Width">W, in pixels.</param>
internal readonly record struct NchwShape(int Images, int Channels, int Height, int Width)
{
    /// <summary>Reads the shape of a tensor of four dimensions.</summary>
    public static NchwShape Of(Tensor maps) => new((int)maps.size(0), (int)maps.size(1), (int)maps.size(2), (int)maps.size(3));

    /// <summary>The number of pixels of all images together.</summary>
    public int Pixels => Images * Height * Width;
}
