using System.CommandLine;
using ResNeXt.Core;
using ResNeXt.Core.Training.Recipes;
using ResNeXt.MLNet;
using ResNeXt.Tool.Parsing;
using ResNeXt.Tool.Weights;

namespace ResNeXt.Tool.Training;

/// <summary>The options that choose a recipe and change its settings. Without an option, the recipe's setting applies.</summary>
internal sealed class RecipeOptions
{
    private static readonly Dictionary<string, Func<Architecture, int, TrainingRecipe>> Recipes = new(StringComparer.Ordinal)
    {
        ["standard"] = (architecture, _) => TrainingRecipe.Standard(architecture),
        ["paper"] = (architecture, _) => TrainingRecipe.Paper(architecture),
        ["fast"] = (architecture, _) => TrainingRecipe.Fast(architecture),
        ["modern"] = (architecture, _) => TrainingRecipe.Modern(architecture),
        ["fine-tune"] = TrainingRecipe.FineTune,
    };

    /// <summary>The names of the recipes.</summary>
    public static IReadOnlyCollection<string> Names => Recipes.Keys;

    private readonly Option<string?> _recipe = new("--recipe") { Description = "The training recipe; default fine-tune if the weights have a name (pretrained, torchvision:...), else standard, also with a weights file. fine-tune needs weights to start from.", HelpName = "NAME" };
    private readonly Option<int?> _epochs = new("--epochs") { Description = "Number of epochs (passes over the images); default the recipe's: 30 for standard, and for fine-tune by the number of images.", HelpName = "N" };
    private readonly Option<int?> _batchSize = new("--batch-size") { Description = "Images per step; default the recipe's: 64 for standard, and for fine-tune by the number of images.", HelpName = "N" };
    private readonly Option<float?> _learningRate = new("--learning-rate") { Description = "Highest learning rate; default the recipe's: 0.025 (0.2 for *_cifar) for standard, 0.0002 for fine-tune.", HelpName = "X" };
    private readonly Option<float?> _maxGradientNorm = new("--max-gradient-norm") { Description = "Largest norm of all gradients together, for example 1; default no limit.", HelpName = "X" };
    private readonly Option<int?> _cropSize = new("--train-crop-size") { Description = "Side, in pixels, of the random crops that the network is trained on; smaller than --image-size is faster. Default --image-size.", HelpName = "N" };
    private readonly Option<int?> _workers = new("--workers") { Description = "Number of batches prepared in the background at a time.", HelpName = "N" };

    private readonly Option<Precision> _precision = new("--precision") { Description = "Numeric type; automatic uses bfloat16 if the processor has instructions for it.", HelpName = "automatic|float32|bfloat16" };
    private readonly Option<string?> _device = new("--device") { Description = "Device to train on: cpu, cuda, cuda:1; default cpu.", HelpName = "NAME" };

    /// <summary>The option <c>--threads</c> of every command that trains.</summary>
    public static Option<int?> ThreadsOption { get; } =
        new("--threads") { Description = "Number of threads to train on; default all processors that the process may use.", HelpName = "N" };

    public RecipeOptions() => _recipe.Among(Recipes.Keys, StringComparer.Ordinal);

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _recipe, _epochs, _batchSize, _learningRate, _maxGradientNorm, _cropSize, _workers, ThreadsOption, _precision, _device })
            command.Add(option);
    }

    /// <summary>Adds the recipe and the changes to the options of the trainer.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="options">The options of the trainer.</param>
    /// <param name="weights">The weights that the training starts from.</param>
    /// <param name="images">The number of training images.</param>
    public ResNeXtTrainer.Options Apply(ParseResult parsed, ResNeXtTrainer.Options options, StartingWeights weights, int images)
    {
        string name = parsed.GetValue(_recipe) ?? (weights.ArePretrained ? "fine-tune" : "standard");
        TrainingRecipe recipe = Recipes[name](weights.Unnamed ?? Architectures.Get(options.Architecture), images);
        return options with
        {
            Recipe = recipe with
            {
                MaxGradientNorm = parsed.GetValue(_maxGradientNorm) ?? recipe.MaxGradientNorm,
                Augmentation = recipe.Augmentation with { CropSize = parsed.GetValue(_cropSize) ?? recipe.Augmentation.CropSize },
            },
            MaxEpochs = parsed.GetValue(_epochs) ?? recipe.MaxEpochs,
            BatchSize = parsed.GetValue(_batchSize) ?? recipe.BatchSize,
            LearningRate = parsed.GetValue(_learningRate) ?? recipe.LearningRate,
            Threads = parsed.GetValue(ThreadsOption),
            Workers = parsed.GetValue(_workers) ?? options.Workers,
            Precision = parsed.GetValue(_precision),
            Device = parsed.GetValue(_device),
        };
    }
}
