using System.Buffers.Binary;
using System.Text;
using ResNeXt.Core.Files;
using ResNeXt.Core.Weights.Zip;

namespace ResNeXt.Core.Onnx;

/// <summary>
/// The beginning of what ML.NET saves of a chain of transformers. ML.NET reserves memory for as many steps as it says, before it reads one.
/// </summary>
internal static class ChainHeader
{
    private const string EntryName = "Model.key";

    // Of the header: where the content is, and the name of what loads it.
    private const int ContentAt = 16, LoaderAt = 80, Length = LoaderAt + 16;

    // A chain of a thousand steps has some thousand bytes.
    private const int MostBytes = 1 << 20;

    /// <summary>Throws if an entry of a saved model is a chain of more steps than the file can have.</summary>
    /// <param name="reader">The reader at the beginning of the entry; some of it is read.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="source">The file, for messages.</param>
    /// <param name="mostSteps">The number of entries in the file; each step has at least one.</param>
    /// <exception cref="InvalidDataException">It has more.</exception>
    public static void Check(ZipEntryReader reader, ZipEntry entry, WeightSource source, int mostSteps)
    {
        if (entry.Name.Split('/', '\\')[^1] != EntryName || entry.Length < Length)
            return;
        Span<byte> header = stackalloc byte[Length];
        reader.Read(header);
        // ML.NET finds loaders by their names in any case.
        if (!Ascii.EqualsIgnoreCase(header[LoaderAt..], "TransformerChain"u8))
            return;
        if (entry.Length > MostBytes)
            throw source.Refuse($"is damaged: its chain {Quoted.Name(entry.Name)} has {entry.Length} bytes. Download or save it again.");
        var rest = new byte[(int)entry.Length - Length];
        reader.Read(rest);
        long at = BinaryPrimitives.ReadInt64LittleEndian(header[ContentAt..]) - Length;
        // ML.NET refuses chains whose content is elsewhere.
        if (at < 0 || at > rest.Length - sizeof(int))
            return;
        int steps = BinaryPrimitives.ReadInt32LittleEndian(rest.AsSpan((int)at));
        if (steps > mostSteps)
        {
            throw source.Refuse($"is damaged: its chain {Quoted.Name(entry.Name)} says it has {steps} steps, in a file of {mostSteps} entries. "
                + "Download or save it again.");
        }
    }
}
