using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Images.Decoding;

/// <summary>A decoded image with its share of the <see cref="PixelBudget"/>; disposing of this frees both.</summary>
internal sealed class HeldImage(MLImage image, IDisposable? share) : IDisposable
{
    private bool _isDetached;

    /// <summary>The image, valid until this is disposed of.</summary>
    public MLImage Image => image;

    /// <summary>Hands the image to the caller, who disposes of it; it no longer counts as being decoded once this is disposed of.</summary>
    public MLImage Detach()
    {
        _isDetached = true;
        return image;
    }

    public void Dispose()
    {
        if (!_isDetached)
            image.Dispose();
        share?.Dispose();
    }
}
