using System.CommandLine;
using ResNeXt.Tool.Data;

namespace ResNeXt.Tool.Training;

/// <summary>The options for validation images: a separate set, or a fraction of the training images.</summary>
internal sealed class ValidationOptions(string what, string fractionDescription)
{
    private readonly LabeledImagesOptions _images = LabeledImagesOptions.Validation(what);
    private readonly Option<float?> _fraction = new("--validation-fraction") { Description = fractionDescription, HelpName = "X" };

    public void AddTo(Command command)
    {
        _images.AddTo(command);
        command.Add(_fraction);
    }

    /// <summary>
    /// Opens the separate set, or splits the training images. Without options, the default fraction applies; if it is null, there is no validation
    /// set.
    /// </summary>
    /// <exception cref="ArgumentException">Both options are given, or the fraction is out of range.</exception>
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
