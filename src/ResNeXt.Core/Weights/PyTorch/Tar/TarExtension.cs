using System.Globalization;
using System.Text;
using ResNeXt.Core.Files;

namespace ResNeXt.Core.Weights.PyTorch.Tar;

/// <summary>
/// The records that precede an entry of a tar archive and change what its header says: lines of LENGTH KEY=VALUE. Those about times and
/// owners do not matter; those that would give an entry another name, length or content are refused, so that nobody can read it in two ways.
/// </summary>
internal static class TarExtension
{
    /// <summary>Bytes of records that are accepted; torch.save wrote 26.</summary>
    public const int MaximumLength = 65_536;

    // The length of a record, its own digits included, has at most as many digits as MaximumLength.
    private const int LongestNumber = 5;

    private static readonly string[] Harmless = ["mtime", "atime", "ctime", "uid", "gid", "uname", "gname", "comment"];

    /// <summary>Why the records cannot be accepted, in words that continue "has a record before an entry that ...", or null.</summary>
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
