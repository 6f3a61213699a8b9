using System.CommandLine;

namespace ResNeXt.Tool.Data;

/// <summary>The two options for a set of labeled images: a folder with one folder per class, or a CIFAR-10 file.</summary>
internal sealed class LabeledImagesOptions
{
    private readonly Option<string?> _folder;
    private readonly Option<string?> _cifar;
    private readonly bool _required;

    private LabeledImagesOptions(string folderName, string cifarName, string what, bool required)
    {
        _folder = new(folderName) { Description = $"{what}: a folder with one folder of images per class.", HelpName = "DIR" };
        _cifar = new(cifarName) { Description = $"{what}: a file in CIFAR-10's binary layout.", HelpName = "FILE.bin" };
        _required = required;
    }

    public static LabeledImagesOptions Images(string what) => new("--images", "--cifar", what, required: true);

    public static LabeledImagesOptions Validation(string what) => new("--validation", "--cifar-validation", what, required: false);

    public void AddTo(Command command)
    {
        command.Add(_folder);
        command.Add(_cifar);
    }

    /// <summary>Gets whether the images are a CIFAR-10 file.</summary>
    public bool IsCifar(ParseResult parsed) => parsed.GetValue(_cifar) is not null;

    /// <summary>Opens the images; null if they are optional and not given.</summary>
    /// <exception cref="ArgumentException">Both options are given, or none although the images are required.</exception>
    public ILabeledImages? Open(ParseResult parsed) => (parsed.GetValue(_folder), parsed.GetValue(_cifar)) switch
    {
        ({ } folder, null) => FolderImages.Open(folder),
        (null, { } file) => CifarFile.Open(file),
        (null, null) when !_required => null,
        (null, null) => throw new ArgumentException($"No images are given; give {_folder.Name} DIR or {_cifar.Name} FILE.bin."),
        _ => throw new ArgumentException($"Both {_folder.Name} and {_cifar.Name} are given; give one of them."),
    };
}
