using System.CommandLine;
using ResNeXt.Core;
using ResNeXt.Core.Training;
using ResNeXt.MLNet;
using ResNeXt.MLNet.Scoring;
using ResNeXt.Tool.Data;
using ResNeXt.Tool.Parsing;

namespace ResNeXt.Tool.Training;

/// <summary>The options of the commands that train: images, network, recipe and seed.</summary>
internal sealed class LearningOptions
{
    private static readonly ResNeXtTrainer.Options Defaults = new();
    private readonly LabeledImagesOptions _images = LabeledImagesOptions.Images("Training images");
    private readonly Option<string?> _arch = NamedChoice.Architecture($"The network; default {Defaults.Architecture}, or resnet20_cifar for CIFAR files.");
    private readonly Option<int?> _imageSize = new("--image-size") { Description = "Side of the images in pixels; default 224 (32 for *_cifar).", HelpName = "N" };
    private readonly RecipeOptions _recipe = new();
    private readonly Option<string?> _weights = new("--weights") { Description = "Trained weights to start from; default random weights.", HelpName = "FILE" };
    private readonly Option<int> _seed = new("--seed") { Description = "Seed of the initial weights, the order of the images and the augmentation.", HelpName = "N", DefaultValueFactory = _ => 1 };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _arch, _imageSize, _weights, _seed })
            command.Add(option);
        _images.AddTo(command);
        _recipe.AddTo(command);
    }

    /// <summary>Opens the images.</summary>
    public ILabeledImages Images(ParseResult parsed) => _images.Open(parsed)!;

    public int Seed(ParseResult parsed) => parsed.GetValue(_seed);

    /// <summary>Gets the options of the trainer.</summary>
    public ResNeXtTrainer.Options Of(ParseResult parsed) => _recipe.Apply(parsed, new()
    {
        FeatureColumnName = nameof(LabeledImage.Image),
        Architecture = parsed.GetValue(_arch) ?? (_images.IsCifar(parsed) ? "resnet20_cifar" : Defaults.Architecture),
        ImageSize = parsed.GetValue(_imageSize),
        InitialWeights = parsed.GetValue(_weights),
        Seed = Seed(parsed),
    });
}
