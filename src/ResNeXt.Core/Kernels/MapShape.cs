using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels;

/// <summary>
/// The shape of maps, N x C x H x W. TorchSharp's own <c>shape</c> makes a delegate at every call; the native part of it stays among the tensors in the C library's heap
/// until the garbage collector comes, and thousands of them keep free blocks from growing together again.
/// </summary>
/// <param name="Images">N.</param>
/// <param name="Channels">C.</param>
/// <param name="Height">H.</param>
/// <param name="Width">W.</param>
internal readonly record struct MapShape(int Images, int Channels, int Height, int Width)
{
    /// <summary>That of a tensor of four dimensions.</summary>
    public static MapShape Of(Tensor maps) => new((int)maps.size(0), (int)maps.size(1), (int)maps.size(2), (int)maps.size(3));

    /// <summary>The pixels of all images.</summary>
    public int Pixels => Images * Height * Width;
}
