using System.Globalization;
using Microsoft.ML.Runtime;
using ResNeXt.Core;

namespace ResNeXt.MLNet.Training;

/// <summary>Writes every epoch to the MLContext's log, then tells the user's listener.</summary>
/// <remarks>Log first: a listener that throws ends the training, and the log shows how far it was.</remarks>
internal sealed class EpochLog(IChannel log, IProgress<EpochReport>? listener) : IProgress<EpochReport>
{
    public void Report(EpochReport value)
    {
        string validation = value.ValidationAccuracy is null ? "" : string.Create(CultureInfo.InvariantCulture,
            $", validation loss {value.ValidationLoss:F4}, accuracy {value.ValidationAccuracy:P2}");
        log.Info(MessageSensitivity.None, string.Create(CultureInfo.InvariantCulture,
            $"Epoch {value.Epoch} of {value.MaxEpochs}: loss {value.TrainLoss:F4}, accuracy {value.TrainAccuracy:P2}{validation}, "
            + $"rate {value.LearningRate:G4}, {value.ImagesPerSecond:F1} images/s"));
        listener?.Report(value);
    }
}
