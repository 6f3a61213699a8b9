using ResNeXt.Core.Files;

namespace ResNeXt.Core.Weights.PyTorch.Tar;

/// <summary>
/// The positions of the entries in a tar archive that <c>torch.save</c> wrote. Nothing is extracted, so the paths of other entries do no harm.
/// </summary>
internal sealed class TarDirectory
{
    // torch.save writes four entries, and an extension before each.
    private const int MaximumEntries = 1_000;

    private static readonly string[] Members = ["sys_info", "pickle", "tensors", "storages"];

    private readonly WeightSource _source;
    private readonly Dictionary<string, (long Offset, long Length)> _members = new(StringComparer.Ordinal);

    private TarDirectory(WeightSource source) => _source = source;

    /// <summary>Gets whether <c>torch.save</c> writes an entry with this name.</summary>
    public static bool IsMember(string name) => Members.Contains(name);

    /// <summary>Reads all headers.</summary>
    /// <exception cref="InvalidDataException">
    /// The archive is cut off or damaged, has an entry twice, or has something other than plain files.
    /// </exception>
    public static TarDirectory Read(WeightSource source)
    {
        var directory = new TarDirectory(source);
        byte[] block = new byte[TarHeader.BlockLength];
        long position = 0;
        for (int entries = 0; position <= source.Length - block.Length; entries++)
        {
            source.Read(position, block);
            // The end of the archive. The rest is padding.
            if (!block.AsSpan().ContainsAnyExcept((byte)0))
                break;
            if (entries == MaximumEntries)
                throw source.Refuse($"is a tar archive of more than {MaximumEntries} entries; torch.save wrote {Members.Length}. Download it again.");
            TarHeader header = TarHeader.Parse(block)
                ?? throw source.Refuse($"is a damaged tar archive: the block at byte {position} is no header. Download or save it again.");
            directory.Add(header, position + block.Length);
            position += header.Step;
        }
        return directory;
    }

    /// <summary>Gets the position of an entry, which is completely within the file.</summary>
    /// <exception cref="InvalidDataException">The entry is missing.</exception>
    public (long Offset, long Length) Find(string name) => _members.TryGetValue(name, out (long Offset, long Length) member)
        ? member
        : throw _source.Refuse($"is a tar archive of {_source.Length} bytes without the member {Quoted.Name(name)} that torch.save wrote; "
            + "it is cut off or damaged. Download or save it again.");

    private void Add(TarHeader header, long offset)
    {
        if (header.Length > _source.Length - offset)
            throw _source.Refuse($"is cut off: it has {_source.Length} bytes and needs at least {offset + header.Length} for its member "
                + $"{Quoted.Name(header.Name)}. Download it again.");
        if (header.Kind is 'x' or 'g')
            CheckExtension(header.Length, offset);
        else if (header.Kind is not ('0' or '\0'))
            throw _source.Refuse($"has the tar entry {Quoted.Name(header.Name)} of the kind {Quoted.Name($"{header.Kind}")}, a link or folder; "
                + "only plain files are accepted. Load it with PyTorch and save it again.");
        else if (IsMember(header.Name) && !_members.TryAdd(header.Name, (offset, header.Length)))
            throw _source.Refuse($"has the tar entry {Quoted.Name(header.Name)} twice; it is damaged. Download or save it again.");
    }

    private void CheckExtension(long length, long offset)
    {
        if (length > TarExtension.MaximumLength)
            throw _source.Refuse($"has {length} bytes of records before a tar entry; at most {TarExtension.MaximumLength} are accepted. "
                + "Load it with PyTorch and save it again.");
        byte[] records = new byte[length];
        _source.Read(offset, records);
        if (TarExtension.FindMistake(records) is { } mistake)
            throw _source.Refuse($"has a record before a tar entry that {mistake}. Load it with PyTorch and save it again.");
    }
}
