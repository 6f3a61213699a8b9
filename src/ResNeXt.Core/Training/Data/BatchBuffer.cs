using System.Runtime.InteropServices;
using ResNeXt.Core.Images;
using ResNeXt.Core.Training.Devices;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Data;

/// <summary>A batch under construction; owns its tensors, whose memory is written directly.</summary>
internal sealed class BatchBuffer(ImageShape shape, int count, Computation computation) : IDisposable
{
    private readonly Tensor _images = empty([count, shape.Channels, shape.Height, shape.Width], ScalarType.Float32);

    public int Count => count;

    /// <summary>All images, planar, one after the other.</summary>
    public Span<float> Images => MemoryMarshal.Cast<byte, float>(_images.bytes);

    /// <summary>The class of every image.</summary>
    public long[] Labels { get; } = new long[count];

    /// <summary>The memory of one image.</summary>
    public Span<float> Image(int index) => Images.Slice(index * shape.Length, shape.Length);

    /// <summary>Copies it to where the network computes; the caller owns the batch.</summary>
    /// <param name="parts">N x classes: the classes of mixed images, or null.</param>
    public Batch ToBatch(float[]? parts = null) => new(
        computation.Take(_images), tensor(Labels, device: computation.Device),
        parts is null ? null : tensor(parts, [count, parts.Length / count], device: computation.Device));

    public void Dispose() => _images.Dispose();
}
