namespace ResNeXt.Core.Imaging.Augmenting;

/// <summary>Mixup and cutmix: blends the images of a batch, and their labels, pair by pair.</summary>
/// <param name="policy">With an alpha above 0.</param>
/// <param name="shape">The shape of every image.</param>
internal sealed class BatchMixer(AugmentationPolicy policy, ImageShape shape)
{
    /// <summary>Mixes a batch in place.</summary>
    /// <param name="images">N images, planar, normalised.</param>
    /// <param name="targets">N x classes: one-hot before, the parts of the classes after; every row adds up to 1.</param>
    /// <param name="random">Decides.</param>
    public void Mix(Span<float> images, Span<float> targets, Random random)
    {
        _ = (policy, shape, images.Length, targets.Length, random);
        throw new NotImplementedException();
    }
}
