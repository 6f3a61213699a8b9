using Microsoft.ML;
using ResNeXt.Core;
using ResNeXt.Core.Images;
using ResNeXt.Core.Training.Recipes;
using ResNeXt.Core.Weights.Pretrained;
using ResNeXt.MLNet.Schema;

namespace ResNeXt.MLNet.Training;

/// <summary>
/// The settings of one trainer, made from the user's options once they have been validated as a whole; nothing changes them afterwards.
/// </summary>
internal sealed record TrainerSettings
{
    /// <summary>The names of the columns.</summary>
    public required TrainerColumns Columns { get; init; }

    /// <summary>The network to train.</summary>
    public required Architecture Architecture { get; init; }

    /// <summary>The side to resize images to; null for the column's own size, or else the network's default.</summary>
    public int? ImageSize { get; init; }

    /// <summary>The order of the values in a flat vector of pixels; null for planar.</summary>
    public PixelLayout? PixelLayout { get; init; }

    /// <summary>The mean and standard deviation that the user gave; null to take them from the weights file or the images.</summary>
    public PixelNormalization? Normalization { get; init; }

    /// <summary>The options for the training itself; what depends on the images is not in them yet, see <see cref="TrainingFor"/>.</summary>
    public required TrainingOptions Training { get; init; }

    /// <summary>The recipe for a network and a number of training images; null if that of <see cref="Training"/> suits all.</summary>
    public Func<Architecture, int, TrainingRecipe>? RecipeFor { get; init; }

    /// <summary>The weights of classes, by class name; null to use the recipe's.</summary>
    public IReadOnlyDictionary<string, float>? ClassWeights { get; init; }

    /// <summary>The rows to choose the best epoch by; null if there are none.</summary>
    public IDataView? ValidationSet { get; init; }

    /// <summary>The part of the training rows to choose the best epoch by; null if none are set aside.</summary>
    public float? ValidationFraction { get; init; }

    /// <summary>Whether the model's probabilities are calibrated on the validation set.</summary>
    public bool CalibrateProbabilities { get; init; }

    /// <summary>Whether to score every image together with its mirror image.</summary>
    public bool TestTimeFlip { get; init; }

    /// <summary>The weights to start from; null to draw them.</summary>
    public InitialWeightsSettings? InitialWeights { get; init; }

    /// <summary>Where and how often checkpoints are written; null for no checkpoints.</summary>
    public CheckpointSettings? Checkpoints { get; init; }

    /// <summary>The bytes of decoded pixels that stay in memory.</summary>
    public required long CacheSizeInBytes { get; init; }

    /// <summary>The listener for epochs; null for none.</summary>
    public IProgress<EpochReport>? Progress { get; init; }

    /// <summary>The listener for batches; null for none.</summary>
    public IProgress<BatchReport>? BatchProgress { get; init; }

    /// <summary>Abandons the training: there is no model.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Ends the training early, with the best model so far.</summary>
    public CancellationToken StopToken { get; init; }

    /// <summary>The same for this process alone, to look at the images or to try something with them: other processes take no part.</summary>
    public TrainerSettings Alone => this with { Training = Training with { Group = null } };

    /// <summary>The options for the training itself, with the recipe for these images and the class weights in the order of the classes.</summary>
    /// <param name="images">The number of training images.</param>
    /// <param name="classNames">The classes of the training set, in key order.</param>
    /// <exception cref="ArgumentException">A class weight is for a class that is not in the training set.</exception>
    public TrainingOptions TrainingFor(int images, IReadOnlyList<string> classNames)
    {
        TrainingRecipe recipe = RecipeFor?.Invoke(Architecture, images) ?? Training.Recipe;
        if (ClassWeights is not { } weights)
            return Training with { Recipe = recipe };
        if (weights.Keys.Except(classNames).FirstOrDefault() is { } unknown)
        {
            throw new ArgumentException($"ClassWeights has a weight for '{unknown}', which is not a class of the label column "
                + $"({ColumnSearch.Some([.. classNames])}).");
        }
        float[] inOrder = [.. classNames.Select(name => weights.GetValueOrDefault(name, 1))];
        return Training with { Recipe = recipe with { ClassWeights = inOrder } };
    }
}

/// <summary>The weights to start from.</summary>
/// <param name="PathOrName">The path of their file, or the name of pretrained weights.</param>
/// <param name="Architecture">The network that the user chose; null if the weights choose it.</param>
/// <param name="Pretrained">Where pretrained weights are looked for.</param>
internal sealed record InitialWeightsSettings(string PathOrName, string? Architecture, PretrainedOptions Pretrained);

/// <summary>Where and how often checkpoints are written.</summary>
/// <param name="Directory">The folder.</param>
/// <param name="Resume">Whether to go on from the last checkpoint in the folder.</param>
/// <param name="Interval">The time between two checkpoints within an epoch.</param>
/// <param name="Kept">The number of checkpoints that stay in the folder.</param>
internal sealed record CheckpointSettings(string Directory, bool Resume, TimeSpan Interval, int Kept);
