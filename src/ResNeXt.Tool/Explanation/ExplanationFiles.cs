using ResNeXt.Tool.Output;

namespace ResNeXt.Tool.Explanation;

/// <summary>Names the pictures of explanations: one file, or files in a folder that have the names of their images.</summary>
internal sealed class ExplanationFiles
{
    private const string Ending = ".png";

    private readonly HashSet<string> _used = new(StringComparer.OrdinalIgnoreCase);
    private readonly string _output;
    private readonly bool _isFolder;

    private ExplanationFiles(string output, bool isFolder) => (_output, _isFolder) = (output, isFolder);

    /// <summary>
    /// Decides between a file and a folder. A folder is created; it is meant if there is one, or more than one image, or the name has another ending
    /// than .png.
    /// </summary>
    /// <param name="output">The value of <c>--output</c>.</param>
    /// <param name="images">The paths of the images as given: files or folders.</param>
    /// <exception cref="ArgumentException">Several pictures would go into a file.</exception>
    public static ExplanationFiles In(string output, IReadOnlyList<string> images)
    {
        bool several = images.Count > 1 || images.Any(Directory.Exists);
        bool isFile = Path.GetExtension(output).Equals(Ending, StringComparison.OrdinalIgnoreCase) && !Directory.Exists(output);
        if (isFile && several)
            throw new ArgumentException($"--output is '{output}', which is one picture, and there may be several images; name a folder.");
        if (isFile)
            OutputFile.Check(output);
        else if (File.Exists(output))
            throw new ArgumentException($"--output is '{output}', which is a file, but not a PNG picture; name a folder, or a file that ends in {Ending}.");
        else
            Directory.CreateDirectory(output);
        return new(output, !isFile);
    }

    /// <summary>Gets the path of the picture for an image. Of images with the same name, later ones get a number.</summary>
    public string For(string image)
    {
        if (!_isFolder)
            return _output;
        string name = Path.GetFileNameWithoutExtension(image);
        string unique = name;
        for (int number = 2; !_used.Add(unique); number++)
            unique = $"{name}-{number}";
        return Path.Combine(_output, unique + Ending);
    }
}
