namespace ResNeXt.MLNet.Folders;

/// <summary>
/// The folders of a dataset that is split already: <c>train</c>, with <c>val</c> or <c>validation</c>, or <c>test</c>, or both next to it.
/// </summary>
/// <param name="Train">The path of the training set.</param>
/// <param name="Validation">The path of the validation set; null if there is none.</param>
/// <param name="Test">The path of the test set; null if there is none.</param>
internal sealed record SplitFolders(string Train, string? Validation, string? Test)
{
    private const string TrainName = "train", TestName = "test";
    private static readonly string[] ValidationNames = ["val", "validation"];

    /// <summary>The names of the folders.</summary>
    public IEnumerable<string> Names => new[] { Train, Validation, Test }.OfType<string>().Select(path => Path.GetFileName(path)!);

    /// <summary>Looks for split folders.</summary>
    /// <param name="folder">The folder that may contain them.</param>
    /// <returns>The folders; null if they are class folders.</returns>
    /// <remarks>
    /// A class may be called "train" too. Folders are taken for splits only if there are no others, and if each contains folders and no images.
    /// </remarks>
    /// <exception cref="InvalidDataException">There are two folders with validation images.</exception>
    public static SplitFolders? Find(string folder)
    {
        Dictionary<string, string> found = ImageFileSearch.Folders(folder).ToDictionary(path => Path.GetFileName(path), StringComparer.Ordinal);
        bool all = found.Count > 1 && found.ContainsKey(TrainName)
            && found.Keys.All(name => name is TrainName or TestName || ValidationNames.Contains(name));
        if (!all || !found.Values.All(path => ImageFileSearch.Folders(path).Length > 0 && !ImageFileSearch.In(path).Any()))
            return null;
        string[] validation = [.. ValidationNames.Where(found.ContainsKey).Select(name => found[name])];
        if (validation.Length > 1)
        {
            throw new InvalidDataException(
                $"The folder '{folder}' has validation images twice, in 'val' and in 'validation'; remove or merge one of them.");
        }
        return new(found[TrainName], validation.SingleOrDefault(), found.GetValueOrDefault(TestName));
    }
}
