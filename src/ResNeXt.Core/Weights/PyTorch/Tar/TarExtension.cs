using System.Globalization;
using System.Text;
using ResNeXt.Core.Files;

namespace ResNeXt.Core.Weights.PyTorch.Tar;

/// <summary>
/// The pax records before an entry of a tar archive, which override its header: lines of the form LENGTH KEY=VALUE. Times and owners are ignored.
/// Records that change the name, length or content of an entry are refused, so that an archive has only one meaning.
/// </summary>
internal static class TarExtension
{
    /// <summary>The largest accepted length of all records, in bytes. torch.save writes 26.</summary>
    public const int MaximumLength = 65_536;

    // A record's length, which includes its own digits, has at most as many digits as MaximumLength.
    private const int LongestNumber = 5;

    private static readonly string[] Harmless = ["mtime", "atime", "ctime", "uid", "gid", "uname", "gname", "comment"];

    /// <summary>
    /// Describes why the records are refused, in words that continue "has a record before an entry that ..."; null if they are accepted.
    /// </summary>
    public static string? FindMistake(ReadOnlySpan<byte> records)
    {
        while (!records.IsEmpty)
        {
            int space = records.IndexOf((byte)' ');
            if (space is < 1 or > LongestNumber
                || !int.TryParse(records[..space], NumberStyles.None, CultureInfo.InvariantCulture, out int length)
                || length <= space + 1 || length > records.Length || records[length - 1] != '\n')
                return "is damaged";
            ReadOnlySpan<byte> pair = records[(space + 1)..(length - 1)];
            int equals = pair.IndexOf((byte)'=');
            if (equals < 0)
                return "is damaged";
            string key = Encoding.Latin1.GetString(pair[..equals]);
            if (!Harmless.Contains(key))
                return $"sets {Quoted.Name(key)}, which torch.save did not write";
            records = records[length..];
        }
        return null;
    }
}
