using Microsoft.ML.Transforms.Image;

namespace ResNeXt.Tool.Data;

/// <summary>Labeled images whose reading can be canceled between two of them.</summary>
internal sealed class InterruptibleImages(ILabeledImages images, CancellationToken cancellation) : ILabeledImages
{
    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames => images.ClassNames;

    /// <inheritdoc/>
    public int Count => images.Count;

    /// <inheritdoc/>
    public ImageDataViewType ImageType => images.ImageType;

    /// <inheritdoc/>
    /// <exception cref="OperationCanceledException">Reading was canceled.</exception>
    public IEnumerable<LabeledImage> Rows()
    {
        foreach (LabeledImage row in images.Rows())
        {
            cancellation.ThrowIfCancellationRequested();
            yield return row;
        }
    }
}
