using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Loop;

/// <summary>Sums losses and correct predictions over batches; every image counts the same. Its property names are part of checkpoints.</summary>
internal sealed record ClassificationMeter
{
    /// <summary>The sum of the losses of all images.</summary>
    public double LossSum { get; set; }

    /// <summary>The number of correctly classified images.</summary>
    public long Right { get; set; }

    /// <summary>The number of images.</summary>
    public long Images { get; set; }

    /// <summary>The sums over batches.</summary>
    /// <param name="results">The results of the batches.</param>
    public static ClassificationMeter Of(IEnumerable<BatchResult> results)
    {
        var meter = new ClassificationMeter();
        foreach (BatchResult result in results)
            meter.Add(result);
        return meter;
    }

    /// <summary>The mean loss of an image.</summary>
    public double Loss() => LossSum / Images;

    /// <summary>The fraction of correctly classified images.</summary>
    public double Accuracy() => (double)Right / Images;

    /// <summary>Adds the result of a batch.</summary>
    /// <param name="result">The result.</param>
    public void Add(BatchResult result)
    {
        LossSum += result.Loss * result.Images;
        Right += result.Correct;
        Images += result.Images;
    }
}

/// <summary>What the network's answer to one batch was worth.</summary>
/// <param name="Loss">The mean loss of the images.</param>
/// <param name="Correct">The number of correctly classified images.</param>
/// <param name="Images">The number of images.</param>
internal readonly record struct BatchResult(double Loss, long Correct, long Images)
{
    /// <summary>Counts the correct predictions of a batch.</summary>
    /// <param name="loss">The mean loss of its images.</param>
    /// <param name="logits">The logits, N x classes.</param>
    /// <param name="labels">The labels: N, int64.</param>
    public static BatchResult Of(float loss, Tensor logits, Tensor labels) =>
        new(loss, logits.argmax(1).eq(labels).sum().item<long>(), labels.size(0));
}
