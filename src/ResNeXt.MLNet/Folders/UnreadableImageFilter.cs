using Microsoft.ML.Runtime;
using ResNeXt.MLNet.Images;

namespace ResNeXt.MLNet.Folders;

/// <summary>A pass over image files before anything is done with them, which finds those that cannot be read.</summary>
internal sealed class UnreadableImageFilter(IHostEnvironment environment, UnreadableImageHandling choice)
{
    private const int MostNames = 100;

    // Each image at work may take as much memory as the largest that is allowed.
    private static readonly int Degree = Math.Min(4, Environment.ProcessorCount);

    /// <summary>The images of every folder that can be read.</summary>
    /// <exception cref="InvalidDataException">Some cannot, and that is not allowed; or none is left.</exception>
    public IReadOnlyList<LabeledImageFile>[] Of(params ImageFolder[] folders)
    {
        using IChannel log = environment.Start(nameof(UnreadableImageFilter));
        foreach (string warning in folders.Select(folder => folder.Warning).OfType<string>())
            log.Warning(MessageSensitivity.UserData, "{0}", warning);
        if (choice == UnreadableImageHandling.Unchecked)
            return [.. folders.Select(folder => folder.Files)];
        (string Path, string Defect)[] unreadable = [.. Defects(folders.SelectMany(folder => folder.Files))];
        foreach ((_, string defect) in unreadable)
            log.Warning(MessageSensitivity.UserData, "{0}", defect);
        if (choice == UnreadableImageHandling.Throw && unreadable.Length > 0)
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
            : throw new InvalidDataException($"None of the {folder.Files.Count} images in '{folder.FolderPath}' can be read; the log says why. Replace them.");
    }

    private static InvalidDataException Refusal((string Path, string Defect)[] unreadable, ImageFolder[] folders)
    {
        string names = string.Join("', '", unreadable.Take(MostNames).Select(item => item.Path));
        string more = unreadable.Length > MostNames ? $" and {unreadable.Length - MostNames} more" : "";
        string encoding = unreadable.Any(item => item.Path.Contains('\uFFFD')) ? " Names with \uFFFD are not valid UTF-8: rename those files." : "";
        return new($"{unreadable.Length} of {folders.Sum(folder => folder.Files.Count)} images cannot be read: '{names}'{more}; replace or remove them, "
            + $"or leave them out with UnreadableImageHandling.Skip. The log says what is wrong with each.{encoding}");
    }
}
