using System.CommandLine;
using ResNeXt.Tool.Data;

namespace ResNeXt.Tool.Training;

/// <summary>The ways to say which images to validate by: a set of their own, or a part of the training images.</summary>
internal sealed class ValidationOptions(string what, string fractionDescription)
{
    private readonly LabeledImagesOptions _images = LabeledImagesOptions.Validation(what);
    private readonly Option<float?> _fraction = new("--validation-fraction") { Description = fractionDescription, HelpName = "X" };

    public void AddTo(Command command)
    {
        _images.AddTo(command);
        command.Add(_fraction);
    }

    /// <summary>Opens the set that is named, or splits the training images; without either by the default, or not at all where that is null.</summary>
    /// <exception cref="ArgumentException">Both are given, or the part is out of range.</exception>
    public (ILabeledImages Training, ILabeledImages? Validation) Split(ParseResult parsed, ILabeledImages images, int seed, double? defaultFraction = null)
    {
        ILabeledImages? validation = _images.Open(parsed);
        if (parsed.GetValue(_fraction) is { } given)
        {
            if (validation is not null)
                throw new ArgumentException("Both a validation set and --validation-fraction are given; give one of them.");
            if (!(given is > 0 and < 1))
                throw new ArgumentException($"--validation-fraction is {given}; it must be above 0 and below 1.");
        }
        return validation is null && (parsed.GetValue(_fraction) ?? defaultFraction) is { } fraction
            ? LabeledSubset.Split(images, fraction, seed, _fraction.Name)
            : (images, validation);
    }
}
