using ResNeXt.MLNet.Sharding;

namespace ResNeXt.MLNet.Folders.Streaming;

/// <summary>
/// Finds the images in a folder and in all folders below it like <see cref="ImageFileSearch.Below"/>, while they are enumerated: only the file names
/// of one folder, and of the folders above it, are in memory.
/// </summary>
/// <param name="folder">The path of the folder.</param>
/// <param name="shard">The part of the files to enumerate; their relative paths decide.</param>
internal sealed class ImageFileStream(string folder, Shard shard)
{
    private readonly SortedDictionary<string, long> _others = new(StringComparer.Ordinal);
    private bool _hasUnreadable;

    /// <summary>The number of images found so far, in all shards.</summary>
    public long Found { get; private set; }

    /// <summary>
    /// A sentence about pictures that are left out because their formats are not read, in all shards; null if there are none. Complete after the
    /// enumeration.
    /// </summary>
    public string? Warning => _others.Count == 0 ? null
        : $"In '{folder}' {_others.Values.Sum()} pictures are left out because their formats are not read: "
            + $"{string.Join(", ", _others.Select(item => $"{item.Value} {item.Key}"))}; convert to JPEG or PNG.";

    /// <summary>
    /// Enumerates the files in the ordinal order of their relative paths; folders below the folder that cannot be listed come in their places. Call it
    /// once.
    /// </summary>
    /// <exception cref="IOException">The folder itself cannot be listed.</exception>
    /// <exception cref="ArgumentException">There is no image in any shard; thrown at the end.</exception>
    public IEnumerable<FoundImage> Enumerate()
    {
        // If links lead in circles, a folder is found again under another path. Its files keep the path that was found first.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<OpenFolder>();
        string? next = "";
        while (next is not null || open.Count > 0)
        {
            if (next is not null && TryOpen(next, seen, open) is { } unreadable && shard.Contains(unreadable.RelativePath))
                yield return unreadable;
            next = null;
            while (next is null && open.TryPeek(out OpenFolder? top))
            {
                if (!top.TryTake(out string name))
                    open.Pop();
                else if (name.EndsWith('/'))
                    next = top.Relative + name;
                else
                    yield return new FoundImage(top.Relative + name, Path.Combine(folder, top.Relative + name));
            }
        }
        if (Found == 0 && !_hasUnreadable)
            throw new ArgumentException($"The folder '{folder}' has no images in it.");
    }

    private FoundImage? TryOpen(string relative, HashSet<string> seen, Stack<OpenFolder> open)
    {
        string path = Path.Combine(folder, relative);
        try
        {
            // The folder above is open already; its path after links makes the real path of this one.
            string real = ImageFileSearch.RealPath(
                open.TryPeek(out OpenFolder? above) ? Path.Combine(above.Real, relative[above.Relative.Length..^1]) : path);
            if (seen.Add(real))
                open.Push(new OpenFolder(relative, real, Names(relative, real)));
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            string error = $"The folder '{path}' cannot be listed: {exception.Message}";
            _hasUnreadable = true;
            return relative.Length > 0 ? new FoundImage(relative, path, error) : throw new IOException(error, exception);
        }
    }

    // The names of folders end with a slash, so that names sort like the paths of the files below them.
    private string[] Names(string relative, string real)
    {
        var names = new List<string>(ImageFileSearch.Folders(real).Select(path => Path.GetFileName(path) + '/'));
        foreach (string path in ImageFileSearch.PicturesIn(real))
        {
            string name = Path.GetFileName(path);
            if (!PictureEndings.IsAccepted(name))
            {
                string ending = Path.GetExtension(name).ToLowerInvariant();
                _others[ending] = _others.GetValueOrDefault(ending) + 1;
                continue;
            }
            Found++;
            if (shard.Contains(relative + name))
                names.Add(name);
        }
        names.Sort(StringComparer.Ordinal);
        return [.. names];
    }

    private sealed class OpenFolder(string relative, string real, string[] names)
    {
        private int _taken;

        public string Relative => relative;

        public string Real => real;

        public bool TryTake(out string name)
        {
            name = _taken < names.Length ? names[_taken++] : "";
            return name.Length > 0;
        }
    }
}
