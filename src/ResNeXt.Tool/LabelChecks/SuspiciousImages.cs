using ResNeXt.MLNet.LabelChecks;

namespace ResNeXt.Tool.LabelChecks;

/// <summary>The images with suspicious labels, and where <c>--move</c> puts them: outside the image folder, under the same names.</summary>
/// <param name="images">The path of the image folder.</param>
/// <param name="target">The path of the folder to move them to.</param>
internal sealed class SuspiciousImages(string images, string target)
{
    /// <summary>Refuses folders from which the images would be read again.</summary>
    /// <exception cref="ArgumentException">The target is the image folder, or a folder in it.</exception>
    public void CheckFolders()
    {
        string name = Path.GetRelativePath(images, target);
        if (!Path.IsPathRooted(name) && name.Split(Path.DirectorySeparatorChar)[0] != "..")
            throw new ArgumentException($"--move is '{target}', which is in the image folder '{images}'; name a folder outside it.");
    }

    /// <summary>Moves the images. An image that cannot be moved stays, and standard error says why.</summary>
    /// <param name="labels">The labels of all images.</param>
    /// <param name="cancellation">Ends the moving after an image.</param>
    /// <returns>The number of images that were moved, and of those that were not.</returns>
    public (int Moved, int Left) Move(IEnumerable<CheckedLabel> labels, CancellationToken cancellation)
    {
        (int moved, int left) = (0, 0);
        foreach (string path in PathsOf(labels))
        {
            if (cancellation.IsCancellationRequested)
            {
                left++;
                continue;
            }
            string to = Path.Combine(target, Path.GetRelativePath(images, path));
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.Move(path, to);
                moved++;
            }
            // There is a file of that name already, for example.
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine($"'{path}' is not moved to '{to}': {exception.Message}");
                left++;
            }
        }
        return (moved, left);
    }

    /// <summary>The images to move.</summary>
    public static IEnumerable<string> PathsOf(IEnumerable<CheckedLabel> labels) =>
        labels.Where(label => label.IsSuspicious).Select(label => label.ImagePath);
}
