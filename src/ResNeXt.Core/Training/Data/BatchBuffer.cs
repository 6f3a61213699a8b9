using System.Runtime.InteropServices;
using ResNeXt.Core.Images;
using ResNeXt.Core.Training.Devices;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Data;

/// <summary>A batch that is being filled; owns the tensor of its images, whose memory is written directly.</summary>
/// <param name="shape">The shape of every image.</param>
/// <param name="count">The number of images.</param>
/// <param name="computation">The device and the type of the finished batch.</param>
internal sealed class BatchBuffer(ImageShape shape, int count, Computation computation) : IDisposable
{
    private readonly Tensor _images = empty([count, shape.Channels, shape.Height, shape.Width], ScalarType.Float32);

    /// <summary>The number of images.</summary>
    public int Count => count;

    /// <summary>The pixels of all images, planar, image by image.</summary>
    public Span<float> Images => MemoryMarshal.Cast<byte, float>(_images.bytes);

    /// <summary>The class of every image.</summary>
    public long[] Labels { get; } = new long[count];

    /// <summary>The pixels of one image.</summary>
    /// <param name="index">The index of the image in the batch.</param>
    public Span<float> Image(int index) => Images.Slice(index * shape.Length, shape.Length);

    /// <summary>Copies the batch to the device.</summary>
    /// <param name="targets">The parts of the classes in mixed images, N x classes, or null.</param>
    /// <returns>The batch; owned by the caller.</returns>
    public Batch ToBatch(float[]? targets = null) => new(
        computation.Take(_images), tensor(Labels, device: computation.Device),
        targets is null ? null : tensor(targets, [count, targets.Length / count], device: computation.Device));

    public void Dispose() => _images.Dispose();
}
