using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Loop;

/// <summary>Adds up loss and right answers over any number of batches, each image counting the same.</summary>
internal sealed record ClassificationMeter
{
    /// <summary>Sum of the losses of all images.</summary>
    public double LossSum { get; set; }

    /// <summary>Images classified right.</summary>
    public long Right { get; set; }

    /// <summary>Images so far.</summary>
    public long Images { get; set; }

    /// <summary>Mean loss per image.</summary>
    public double Loss() => LossSum / Images;

    /// <summary>Fraction of right answers.</summary>
    public double Accuracy() => (double)Right / Images;

    /// <summary>Adds one batch.</summary>
    /// <param name="meanLoss">Mean loss of its images.</param>
    /// <param name="logits">N x classes.</param>
    /// <param name="labels">N, int64.</param>
    public void Add(double meanLoss, Tensor logits, Tensor labels)
    {
        long images = labels.size(0);
        LossSum += meanLoss * images;
        Right += logits.argmax(1).eq(labels).sum().item<long>();
        Images += images;
    }
}
