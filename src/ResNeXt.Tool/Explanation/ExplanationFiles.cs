using ResNeXt.Tool.Output;

namespace ResNeXt.Tool.Explanation;

/// <summary>Names the pictures of explanations: one file, or files in a folder that have the names of their images.</summary>
internal static class ExplanationFiles
{
    private const string Ending = ".png";

    /// <summary>
    /// Decides between a file and a folder. A folder is created; it is meant if there is one, or there may be more than one image, or the name has another
    /// ending than .png.
    /// </summary>
    /// <param name="output">The value of <c>--output</c>.</param>
    /// <param name="images">The paths of the image files.</param>
    /// <param name="areSeveral">Whether there may be several images.</param>
    /// <returns>The path of the picture for each image. Of images with the same name, later ones get a number.</returns>
    /// <exception cref="ArgumentException">Several pictures would go into a file, or a picture would replace an image.</exception>
    public static IReadOnlyList<string> For(string output, IReadOnlyList<string> images, bool areSeveral)
    {
        bool isFile = Path.GetExtension(output).Equals(Ending, StringComparison.OrdinalIgnoreCase) && !Directory.Exists(output);
        if (isFile && areSeveral)
            throw new ArgumentException($"--output is '{output}', which is one picture, and there may be several images; name a folder.");
        if (!isFile && File.Exists(output))
            throw new ArgumentException($"--output is '{output}', which is a file, but not a PNG picture; name a folder, or a file that ends in {Ending}.");
        IReadOnlyList<string> pictures = isFile ? [output] : InFolder(output, images);
        CheckImages(images, pictures);
        if (isFile)
            OutputFile.Check(output);
        else
            Directory.CreateDirectory(output);
        return pictures;
    }

    private static List<string> InFolder(string folder, IReadOnlyList<string> images)
    {
        var used = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var numbers = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var pictures = new List<string>();
        foreach (string image in images)
        {
            string name = Path.GetFileNameWithoutExtension(image), unique = name;
            for (int number = numbers.GetValueOrDefault(name, 2); !used.Add(unique); numbers[name] = ++number)
                unique = $"{name}-{number}";
            pictures.Add(Path.Combine(folder, unique + Ending));
        }
        return pictures;
    }

    private static void CheckImages(IReadOnlyList<string> images, IReadOnlyList<string> pictures)
    {
        var given = images.Where(File.Exists).Select(Path.GetFullPath).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (images.Zip(pictures).FirstOrDefault(pair => given.Contains(Path.GetFullPath(pair.Second))) is (string image, string picture))
            throw new ArgumentException($"--output would replace the image '{picture}' by the picture of '{image}'; name another folder or file.");
    }
}
