using ResNeXt.Core.Images;
using ResNeXt.Core.Machine;
using ResNeXt.Core.TorchRuntime;
using ResNeXt.Core.Training.Data;
using ResNeXt.Core.Training.Devices;
using ResNeXt.Core.Training.Loop;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Training.LearningRate;

/// <summary>Trains a network for some steps with growing learning rates, and proposes the learning rate to train it with.</summary>
/// <remarks>
/// The learning-rate range test (Smith 2015, arXiv 1506.01186, section 3.3), with rates that grow exponentially. It takes as long as the same number
/// of training steps. All settings are the recipe's, except for the schedule and the weight averages. If the recipe fine-tunes, only the head learns,
/// as in its first epochs, but from random weights, and without <see cref="FineTuning.DiscriminantHead"/> and <see cref="FineTuning.FeatureRate"/>:
/// the rate for the whole network is usually smaller. With Muon, its rate grows together with that of the other parameters, in the recipe's
/// proportion; a training holds it where the recipe says.
/// </remarks>
public sealed class LearningRateFinder
{
    private const double Smoothing = 0.9;

    // The search ends when the smoothed loss is this many times its lowest value.
    private const double Explosion = 4;

    private readonly ResidualNetwork _network;
    private readonly PixelNormalization _normalization;
    private readonly TrainingOptions _options;
    private readonly TrainingRecipe _recipe;

    /// <summary>Creates a finder.</summary>
    /// <param name="network">The network to be trained; owned by the caller.</param>
    /// <param name="normalization">The normalization from pixels to the network's inputs.</param>
    /// <param name="options">
    /// The options of the training; the recipe's epochs and schedule are not used, nor is its learning rate, except in proportion to Muon's.
    /// </param>
    /// <exception cref="ArgumentException">An option is out of range; the message lists all that are.</exception>
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

    /// <summary>Trains with growing learning rates, then restores the network, bit for bit. The same seed gives the same curve.</summary>
    /// <param name="training">The training images, at least 2.</param>
    /// <param name="range">The learning rates to try; null for 0.00001 to 1 in 100 steps.</param>
    /// <param name="cancellation">Cancels between two steps.</param>
    /// <exception cref="ArgumentException">
    /// There are fewer than two training images, a value of the range is out of range, or the recipe crops images to an impossible size.
    /// </exception>
    /// <exception cref="UnsoundComputationException">libtorch computes wrong results on this machine, and no workaround helps.</exception>
    /// <exception cref="OperationCanceledException">The search was canceled; the network is restored.</exception>
    public LearningRateCurve Find(IImageDataset training, LearningRateRange? range = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        var datasets = new TrainingDatasets(training, Validation: null, _normalization);
        datasets.CheckFor(_network, _recipe);
        range ??= new();
        range.Validate();
        using var scope = new TorchScope();
        // No warning if the search falls back to the CPU: the training will warn.
        using var device = new DeviceScope(_network, _options, static _ => { });
        using var before = new NetworkSnapshot(_network);
        return new LearningRateCurve(Try(datasets, device.Computation, range, cancellation), range);
    }

    private List<LearningRatePoint> Try(TrainingDatasets datasets, Computation computation, LearningRateRange range, CancellationToken cancellation)
    {
        TrainingPhase phase = TrainingPhase.Of(_recipe, _network.Parts)[0];
        using PhaseData data = PhaseData.Of(phase, _network, datasets, _options, computation, cancellation);
        FoldedNormalization.Restore(_network, data, epoch: 1);
        using var step = new TrainingStep(_network, _recipe, phase, computation);
        using IEnumerator<Batch> batches = Enumerable.InfiniteSequence(1, 1).SelectMany(epoch => data.TrainingEpoch(epoch)).GetEnumerator();
        var points = new List<LearningRatePoint>();
        double average = 0, lowest = double.PositiveInfinity;
        step.SetTrainingMode();
        for (int number = 0; number < range.Steps; number++)
        {
            cancellation.ThrowIfCancellationRequested();
            double loss = AddGradients(step, batches);
            average = Smoothing * average + (1 - Smoothing) * loss;
            double smoothed = average / (1 - Math.Pow(Smoothing, number + 1));
            lowest = Math.Min(lowest, smoothed);
            // Negated comparison: NaN ends the search too.
            if (!(smoothed <= Explosion * lowest && double.IsFinite(smoothed)))
                break;
            points.Add(new(range.Rate(number), loss, smoothed));
            step.UpdateWeights(range.Rate(number), number);
        }
        return points;
    }

    // The mean loss of the images of one step.
    private double AddGradients(TrainingStep step, IEnumerator<Batch> batches)
    {
        double sum = 0;
        for (int pass = 0; pass < _recipe.GradientAccumulationSteps; pass++)
        {
            batches.MoveNext();
            using Batch batch = batches.Current;
            sum += (float)step.AddGradients(batch, _recipe.GradientAccumulationSteps).Loss / _recipe.GradientAccumulationSteps;
        }
        return sum;
    }
}
