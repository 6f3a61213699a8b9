namespace ResNeXt.MLNet.Folders;

/// <summary>The folders of a data set that is already divided: <c>train</c> beside <c>validation</c> or <c>val</c>, or <c>test</c>, or both.</summary>
/// <param name="Train">The training images' class folders.</param>
/// <param name="Validation">The validation images', or null.</param>
/// <param name="Test">The test images', or null.</param>
internal sealed record SplitFolders(string Train, string? Validation, string? Test)
{
    private const string TrainName = "train", TestName = "test";
    private static readonly string[] ValidationNames = ["val", "validation"];

    public IEnumerable<string> Names => new[] { Train, Validation, Test }.OfType<string>().Select(path => Path.GetFileName(path)!);

    /// <summary>Finds them; null where the folders are classes.</summary>
    /// <remarks>
    /// Classes may be called "train" too: they are taken for sets only if nothing else stands beside them, and if each has folders instead of images.
    /// </remarks>
    /// <exception cref="InvalidDataException">There are two folders of validation images.</exception>
    public static SplitFolders? Find(string folder)
    {
        Dictionary<string, string> found = ImageFileSearch.Folders(folder).ToDictionary(path => Path.GetFileName(path), StringComparer.Ordinal);
        bool all = found.Count > 1 && found.ContainsKey(TrainName) && found.Keys.All(name => name is TrainName or TestName || ValidationNames.Contains(name));
        if (!all || !found.Values.All(path => ImageFileSearch.Folders(path).Length > 0 && !ImageFileSearch.In(path).Any()))
            return null;
        string[] validation = [.. ValidationNames.Where(found.ContainsKey).Select(name => found[name])];
        if (validation.Length > 1)
            throw new InvalidDataException($"The folder '{folder}' has validation images twice, in 'val' and in 'validation'; remove or merge one of them.");
        return new(found[TrainName], validation.SingleOrDefault(), found.GetValueOrDefault(TestName));
    }
}
