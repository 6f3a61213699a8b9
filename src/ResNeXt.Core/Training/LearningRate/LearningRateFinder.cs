using ResNeXt.Core.Images;
using ResNeXt.Core.Machine;
using ResNeXt.Core.TorchRuntime;
using ResNeXt.Core.Training.Data;
using ResNeXt.Core.Training.Devices;
using ResNeXt.Core.Training.Loop;
using ResNeXt.Core.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training.LearningRate;

/// <summary>Tries growing learning rates on a network and proposes the one to train it with.</summary>
/// <remarks>
/// The learning-rate range test (Smith 2015, arXiv 1506.01186, section 3.3), with rates that grow exponentially. It takes as long as so many steps of training.
/// Everything is the recipe's, except for the schedule and the average of the weights. Where the recipe fine-tunes, the head alone learns, as in its first epochs.
/// </remarks>
public sealed class LearningRateFinder
{
    private const double Smoothing = 0.9;

    // The curve ends where the smoothed loss is so many times its lowest.
    private const double Explosion = 4;

    private readonly ResidualNetwork _network;
    private readonly PixelNormalization _normalization;
    private readonly TrainingOptions _options;
    private readonly TrainingRecipe _recipe;

    /// <summary>Prepares the search.</summary>
    /// <param name="network">What is to be trained; it stays the caller's.</param>
    /// <param name="normalization">What makes pixels the network's inputs.</param>
    /// <param name="options">How it is to be trained; the recipe's rate, epochs and schedule play no part.</param>
    /// <exception cref="ArgumentException">An option is out of range; all mistakes are listed.</exception>
    public LearningRateFinder(ResidualNetwork network, PixelNormalization normalization, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(normalization);
        ArgumentNullException.ThrowIfNull(options);
        options.ValidateFor(network);
        _network = network;
        _normalization = normalization;
        _options = options;
        _recipe = options.Recipe with { EmaDecay = null };
    }

    /// <summary>Trains with growing rates and puts the network back, bit for bit. The same seed gives the same curve.</summary>
    /// <param name="training">Training images, at least 2.</param>
    /// <param name="range">The rates to try; null for 0.00001 to 1 in 100 steps.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <exception cref="ArgumentException">There are fewer than two training images, or the range is empty.</exception>
    /// <exception cref="Machine.UnsoundComputationException">libtorch computes wrongly on this machine, and nothing helps.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the network is as before.</exception>
    public LearningRateCurve Find(IImageDataset training, LearningRateRange? range = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        var sets = new TrainingDatasets(training, Validation: null, _normalization);
        sets.CheckFor(_network);
        range ??= new();
        range.Validate();
        using var scope = new TorchScope();
        // A search that falls back to the CPU needs no warning: the training will say so.
        using var workplace = new DeviceScope(_network, _options, static _ => { });
        using var before = new NetworkState(_network);
        return new LearningRateCurve(Try(sets, workplace.Computation, range, cancellation), range);
    }

    private List<LearningRatePoint> Try(TrainingDatasets sets, Computation computation, LearningRateRange range, CancellationToken cancellation)
    {
        TrainingPhase phase = TrainingPhase.Of(_recipe, _network.Parts)[0];
        using var loss = new ClassificationLoss(_recipe, computation.Device);
        using var learner = new Learner(_network, _recipe, phase);
        using PhaseData data = PhaseData.Of(phase, _network, sets, _options, computation, cancellation);
        using IEnumerator<Batch> batches = Batches(data).GetEnumerator();
        var points = new List<LearningRatePoint>();
        double average = 0, lowest = double.PositiveInfinity;
        learner.StartEpoch();
        for (int step = 0; step < range.Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            double mean = AddGradients(batches, data, loss);
            average = Smoothing * average + (1 - Smoothing) * mean;
            double smoothed = average / (1 - Math.Pow(Smoothing, step + 1));
            lowest = Math.Min(lowest, smoothed);
            // A loss that is not a number fails the comparison too.
            if (!(smoothed <= Explosion * lowest && double.IsFinite(smoothed)))
                break;
            points.Add(new(range.Rate(step), mean, smoothed));
            learner.Step(range.Rate(step), step);
        }
        return points;
    }

    // The mean loss of one step's images.
    private double AddGradients(IEnumerator<Batch> batches, PhaseData data, ClassificationLoss loss)
    {
        double sum = 0;
        for (int pass = 0; pass < _recipe.GradientAccumulationSteps; pass++)
        {
            batches.MoveNext();
            using Batch batch = batches.Current;
            using DisposeScope scope = NewDisposeScope();
            Tensor value = loss.Of(data.Forward(batch.Images), batch) / _recipe.GradientAccumulationSteps;
            data.Memory?.Settle();
            value.backward();
            sum += value.item<float>();
        }
        return sum;
    }

    // Epoch after epoch, without end.
    private IEnumerable<Batch> Batches(PhaseData data)
    {
        for (int epoch = 1; ; epoch++)
        {
            foreach (Batch batch in data.Training.Epoch(data.Changes, new(_options.Seed, epoch), _recipe.BalancedSampling, firstBatch: 0))
                yield return batch;
        }
    }
}
