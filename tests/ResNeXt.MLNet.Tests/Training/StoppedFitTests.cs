using ResNeXt.Core;

namespace ResNeXt.MLNet.Tests.Training;

public sealed class StoppedFitTests
{
    [Fact]
    public void Fit_StoppedAfterAnEpoch_ReturnsTheModelOfTheBestOne()
    {
        using var stop = new CancellationTokenSource();
        int batches = 0;
        ResNeXtTrainer trainer = TinyModel.Trainer(TinyModel.Options() with
        {
            MaxEpochs = 1000, StopToken = stop.Token, BatchProgress = new Listener<BatchReport>(_ => batches++),
            Progress = new Listener<EpochReport>(report => { if (report.Epoch == 2) stop.Cancel(); }),
        });

        using ResNeXtTransformer model = trainer.Fit(TinyModel.KeyedRows());

        Assert.Equal(2, model.Epochs.Count);
        Assert.Contains("Training was stopped in epoch 3 of 1000.", Assert.Single(model.TrainingWarnings), StringComparison.Ordinal);
        Assert.True(batches > 2);
        Assert.Equal(3, model.ClassNames.Count);
    }

    [Fact]
    public void Fit_StoppedWhileItReadsTheRows_ThrowsAsForACancellation()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => TinyModel.Trainer(TinyModel.Options() with { StopToken = stop.Token }).Fit(TinyModel.KeyedRows()));
    }

    private sealed class Listener<T>(Action<T> action) : IProgress<T>
    {
        public void Report(T value) => action(value);
    }
}
