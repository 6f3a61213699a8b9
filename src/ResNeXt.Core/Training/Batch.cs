using static TorchSharp.torch;

namespace ResNeXt.Core.Training;

/// <summary>The images and labels of one step; owns both tensors.</summary>
/// <param name="Images">N x C x H x W, float32, normalised.</param>
/// <param name="Labels">N, int64.</param>
internal sealed record Batch(Tensor Images, Tensor Labels) : IDisposable
{
    public int Count => (int)Labels.shape[0];

    public void Dispose()
    {
        Images.Dispose();
        Labels.Dispose();
    }
}
