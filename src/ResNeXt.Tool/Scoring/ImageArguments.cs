using System.CommandLine;
using ResNeXt.MLNet.Folders;

namespace ResNeXt.Tool.Scoring;

/// <summary>The arguments of commands that take image files and folders.</summary>
internal static class ImageArguments
{
    /// <summary>Creates the argument.</summary>
    public static Argument<string[]> Create() => new("IMAGE")
    {
        Description = "Image files, or folders, whose subfolders are searched too.",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>Gets the file itself, or the images in a folder, in the ordinal order of their paths.</summary>
    /// <param name="path">The path of a file or a folder.</param>
    /// <returns>The paths of files; for a folder without images its own path, and what is wrong with it.</returns>
    public static IEnumerable<(string Path, string? Error)> Files(string path)
    {
        if (!Directory.Exists(path))
            return [(path, null)];
        (IReadOnlyList<string> images, string? warning) = ImageFolder.FindImages(path);
        if (warning is not null)
            Console.Error.WriteLine(warning);
        return images.Count > 0 ? images.Select(image => (image, (string?)null)) : [(path, $"The folder '{path}' has no images in it.")];
    }
}
