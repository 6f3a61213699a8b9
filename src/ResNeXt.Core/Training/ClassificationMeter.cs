using static TorchSharp.torch;

namespace ResNeXt.Core.Training;

/// <summary>Adds up loss and right answers over any number of batches, each image counting the same.</summary>
internal sealed class ClassificationMeter
{
    private double _lossSum;
    private long _right;
    private long _images;

    /// <summary>Mean loss per image.</summary>
    public double Loss => _lossSum / _images;

    /// <summary>Fraction of right answers.</summary>
    public double Accuracy => (double)_right / _images;

    /// <summary>Adds one batch.</summary>
    /// <param name="meanLoss">Mean loss of its images.</param>
    /// <param name="logits">N x classes.</param>
    /// <param name="labels">N, int64.</param>
    public void Add(double meanLoss, Tensor logits, Tensor labels)
    {
        long images = labels.shape[0];
        _lossSum += meanLoss * images;
        _right += logits.argmax(1).eq(labels).sum().item<long>();
        _images += images;
    }
}
