using ResNeXt.Core.Training.Devices;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Data;

/// <summary>The images and labels of one step; owns the tensors.</summary>
/// <param name="Images">N x C x H x W, normalised, as <see cref="Devices.Computation.Take"/> makes them.</param>
/// <param name="Labels">N, int64; of a mixed image, its largest part.</param>
/// <param name="Parts">N x classes, float32, each row adding up to 1: the classes of mixed images; null where none is mixed.</param>
internal sealed record Batch(Tensor Images, Tensor Labels, Tensor? Parts = null) : IDisposable
{
    public int Count => (int)Labels.size(0);

    public void Dispose()
    {
        Images.Dispose();
        Labels.Dispose();
        Parts?.Dispose();
    }
}
