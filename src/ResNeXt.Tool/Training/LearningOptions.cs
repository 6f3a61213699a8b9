using System.CommandLine;
using ResNeXt.Core;
using ResNeXt.Core.Training;
using ResNeXt.MLNet;
using ResNeXt.MLNet.Scoring;
using ResNeXt.Tool.Data;
using ResNeXt.Tool.Parsing;
using ResNeXt.Tool.Weights;

namespace ResNeXt.Tool.Training;

/// <summary>The options of the commands that train: images, network, recipe and seed.</summary>
internal sealed class LearningOptions
{
    private static readonly ResNeXtTrainer.Options Defaults = new();
    private readonly LabeledImagesOptions _images = LabeledImagesOptions.Images("Training images");
    private readonly Option<string?> _arch = NamedChoice.Architecture($"The network; default that of the weights, else {Defaults.Architecture}, or resnet20_cifar for CIFAR files.");
    private readonly Option<int?> _imageSize = new("--image-size") { Description = "Side of the images in pixels; default 224 (32 for *_cifar); those of CIFAR files always have 32.", HelpName = "N" };
    private readonly Option<bool> _encodedImages = new("--encoded-images") { Description = "Train on the bytes of the image files, not on decoded images: JPEG photographs of many megapixels are read several times as fast. In ML.NET, the model then takes a column Content (byte[])." };
    private readonly RecipeOptions _recipe = new();
    private readonly WeightsCommandOptions _weights = new("Weights to start from: a file, pretrained, a name such as torchvision:resnet50.IMAGENET1K_V2, or none for random ones; default pretrained if such are on this machine and neither --arch nor --cifar is given.");
    private readonly Option<int> _seed = new("--seed") { Description = "Seed of the initial weights, the order of the images and the augmentation.", HelpName = "N", DefaultValueFactory = _ => 1 };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _arch, _imageSize, _encodedImages, _seed })
            command.Add(option);
        _weights.AddTo(command);
        _images.AddTo(command);
        _recipe.AddTo(command);
    }

    /// <summary>Opens the images.</summary>
    /// <exception cref="ArgumentException">No images are given, or those of a CIFAR file where encoded ones are asked for.</exception>
    public ILabeledImages Images(ParseResult parsed) => parsed.GetValue(_encodedImages) && _images.IsCifar(parsed)
        ? throw new ArgumentException($"{_encodedImages.Name} is given with a CIFAR file, which has pixels; give it with a folder of images.")
        : _images.Open(parsed)!;

    public int Seed(ParseResult parsed) => parsed.GetValue(_seed);

    /// <summary>Gets the options of the trainer.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="images">The number of training images.</param>
    /// <param name="weights">The weights that were chosen; to be announced once the options are accepted.</param>
    public ResNeXtTrainer.Options Of(ParseResult parsed, int images, out StartingWeights weights)
    {
        weights = StartingWeights.Choose(_weights, parsed, parsed.GetValue(_arch), _images.IsCifar(parsed) ? "resnet20_cifar" : null);
        var options = new ResNeXtTrainer.Options
        {
            FeatureColumnName = parsed.GetValue(_encodedImages) ? nameof(LabeledImage.Content) : nameof(LabeledImage.Image),
            ImageSize = parsed.GetValue(_imageSize),
            InitialWeights = weights.InitialWeights,
            Pretrained = _weights.Pretrained(parsed),
            Seed = Seed(parsed),
        };
        if (weights.Architecture is { } architecture)
            options.Architecture = architecture;
        return _recipe.Apply(parsed, options, weights, images);
    }
}
