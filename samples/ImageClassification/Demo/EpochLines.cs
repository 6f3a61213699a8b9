using System.Globalization;
using ResNeXt.Core;

namespace ImageClassification.Demo;

/// <summary>Prints a line when an epoch ends.</summary>
internal sealed class EpochLines : IProgress<EpochReport>
{
    public void Report(EpochReport value) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"Epoch {value.Epoch}/{value.MaxEpochs}: loss {value.TrainLoss:F4}, accuracy {value.TrainAccuracy:P1}, {value.ImagesPerSecond:F1} images/s"));
}
