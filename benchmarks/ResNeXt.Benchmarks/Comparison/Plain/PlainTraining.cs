using System.Diagnostics;
using ResNeXt.Benchmarks.Comparison.Training;
using ResNeXt.Core.NativeLoading;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Benchmarks.Comparison.Plain;

/// <summary>The loop that the training rows are compared with: NCHW, float32, a dispose scope per step, TorchSharp's own optimizer, and batches that are ready.</summary>
internal sealed class PlainTraining : IMeasuredSide
{
    private readonly TrainingWork _work;
    private readonly nn.Module<Tensor, Tensor> _network;
    private readonly optim.Optimizer _optimizer;
    private readonly (Tensor Images, Tensor Labels)[] _batches;

    public PlainTraining(TrainingWork work)
    {
        TorchLibrary.EnsureLoaded();
        random.manual_seed(1);
        _work = work;
        _network = PlainNetworks.Get(work.Architecture);
        _optimizer = optim.SGD(_network.parameters(), TrainingWork.LearningRate, TrainingWork.Momentum, weight_decay: TrainingWork.WeightDecay, nesterov: true);
        _batches = [.. Enumerable.Range(0, work.Steps).Select(_ => (
            randn(work.BatchSize, 3, work.ImageSize, work.ImageSize), randint(work.Classes, [work.BatchSize], ScalarType.Int64)))];
    }

    public Reading Measure()
    {
        _network.train();
        long start = Stopwatch.GetTimestamp();
        foreach ((Tensor images, Tensor labels) in _batches)
        {
            using DisposeScope step = NewDisposeScope();
            _optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(_network.call(images), labels);
            loss.backward();
            _optimizer.step();
        }
        return new(_work.Images / Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    public void Dispose()
    {
        foreach ((Tensor images, Tensor labels) in _batches)
        {
            images.Dispose();
            labels.Dispose();
        }
        _optimizer.Dispose();
        _network.Dispose();
    }
}
