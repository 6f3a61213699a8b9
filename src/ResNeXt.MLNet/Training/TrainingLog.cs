using System.Globalization;
using Microsoft.ML.Runtime;
using ResNeXt.Core;
using ResNeXt.Core.Training;

namespace ResNeXt.MLNet.Training;

/// <summary>Writes epochs and warnings to the MLContext's log, and reports epochs to the user's listener.</summary>
internal sealed class TrainingLog(IChannel log, IProgress<EpochReport>? listener, IProgress<BatchReport>? batches)
    : IProgress<EpochReport>, IProgress<string>
{
    /// <summary>The callbacks for a training.</summary>
    public TrainingCallbacks Callbacks => new(this, this, batches);

    // The log comes first: if a listener cancels the training, the log shows how far it was.
    public void Report(EpochReport value)
    {
        string validation = value.ValidationAccuracy is null ? "" : string.Create(CultureInfo.InvariantCulture,
            $", validation loss {value.ValidationLoss:F4}, accuracy {value.ValidationAccuracy:P2}");
        log.Info(MessageSensitivity.None, string.Create(CultureInfo.InvariantCulture,
            $"Epoch {value.Epoch} of {value.MaxEpochs}: loss {value.TrainLoss:F4}, accuracy {value.TrainAccuracy:P2}{validation}, "
            + $"rate {value.LearningRate:G4}, {value.ImagesPerSecond:F1} images/s"));
        listener?.Report(value);
    }

    public void Report(string value) => log.Warning(MessageSensitivity.None, "{0}", value);
}
