using ResNeXt.Core.Training.Devices;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Data;

/// <summary>The images and labels of one batch; owns the tensors.</summary>
/// <param name="Images">The normalized images, N x C x H x W, as <see cref="Computation.Take"/> makes them.</param>
/// <param name="Labels">The classes: N, int64; for a mixed image, the class with the largest part.</param>
/// <param name="Targets">The parts of the classes in mixed images: N x classes, float32, each row adding up to 1; null if none is mixed.</param>
internal sealed record Batch(Tensor Images, Tensor Labels, Tensor? Targets = null) : IDisposable
{
    public void Dispose()
    {
        Images.Dispose();
        Labels.Dispose();
        Targets?.Dispose();
    }
}
