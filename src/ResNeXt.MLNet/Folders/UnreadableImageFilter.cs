using Microsoft.ML.Runtime;
using ResNeXt.MLNet.Images;

namespace ResNeXt.MLNet.Folders;

/// <summary>Checks image files before they are used, and throws or leaves out those that cannot be read.</summary>
/// <param name="environment">The context, for its log.</param>
/// <param name="handling">How to handle images that cannot be read.</param>
internal sealed class UnreadableImageFilter(IHostEnvironment environment, UnreadableImageHandling handling)
{
    private const int MostNames = 100;

    // Each image that is checked may take as much memory as the largest one allowed.
    private static readonly int Degree = Math.Min(4, Environment.ProcessorCount);

    /// <summary>Checks the images of folders together, and writes warnings to the log.</summary>
    /// <param name="folders">The folders.</param>
    /// <returns>The images to use, per folder.</returns>
    /// <exception cref="InvalidDataException">Images cannot be read, and that is an error; or none is left of a folder.</exception>
    public IReadOnlyList<LabeledImageFile>[] Filter(params ImageFolder[] folders)
    {
        using IChannel log = environment.Start(nameof(UnreadableImageFilter));
        foreach (string warning in folders.Select(folder => folder.Warning).OfType<string>())
            log.Warning(MessageSensitivity.UserData, "{0}", warning);
        if (handling == UnreadableImageHandling.Unchecked)
            return [.. folders.Select(folder => folder.Files)];
        (string Path, string Defect)[] unreadable = [.. Defects(folders.SelectMany(folder => folder.Files))];
        foreach ((_, string defect) in unreadable)
            log.Warning(MessageSensitivity.UserData, "{0}", defect);
        if (handling == UnreadableImageHandling.Throw && unreadable.Length > 0)
            throw Refusal(unreadable, folders);
        var left = unreadable.Select(item => item.Path).ToHashSet(StringComparer.Ordinal);
        return [.. folders.Select(folder => Readable(folder, left))];
    }

    private static IEnumerable<(string Path, string Defect)> Defects(IEnumerable<LabeledImageFile> files) =>
        files.AsParallel().AsOrdered().WithDegreeOfParallelism(Degree)
            .Select(file => (file.ImagePath, Defect: Defect(file.ImagePath)))
            .Where(item => item.Defect is not null)
            .Select(item => (item.ImagePath, item.Defect!));

    private static string? Defect(string path)
    {
        try
        {
            ImageDecoder.Check(path);
            return null;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }

    private static IReadOnlyList<LabeledImageFile> Readable(ImageFolder folder, HashSet<string> unreadable)
    {
        LabeledImageFile[] readable = [.. folder.Files.Where(file => !unreadable.Contains(file.ImagePath))];
        return readable.Length > 0 ? readable
            : throw new InvalidDataException(
                $"None of the {folder.Files.Count} images in '{folder.FolderPath}' can be read; the log says why. Replace them.");
    }

    private static InvalidDataException Refusal((string Path, string Defect)[] unreadable, ImageFolder[] folders)
    {
        string names = string.Join("', '", unreadable.Take(MostNames).Select(item => item.Path));
        string more = unreadable.Length > MostNames ? $" and {unreadable.Length - MostNames} more" : "";
        bool hasBadNames = unreadable.Any(item => item.Path.Contains('\uFFFD'));
        string encoding = hasBadNames ? " Names with \uFFFD are not valid UTF-8: rename those files." : "";
        int total = folders.Sum(folder => folder.Files.Count);
        return new($"{unreadable.Length} of {total} images cannot be read: '{names}'{more}; replace or remove them, "
            + $"or leave them out with UnreadableImageHandling.Skip. The log says what is wrong with each.{encoding}");
    }
}
