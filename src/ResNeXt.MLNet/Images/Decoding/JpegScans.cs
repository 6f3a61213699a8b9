using System.Buffers.Binary;

namespace ResNeXt.MLNet.Images.Decoding;

/// <summary>Finds the scans of a JPEG file: where the data of the last one ends, and whether scans are missing.</summary>
/// <remarks>
/// If data are missing, libjpeg fills in gray as soon as it meets any marker, and reports no error; without a marker it waits for more data even if
/// every row is there. Neither distinguishes half a picture from a complete one. So <see cref="ImageDecoder"/> cuts the file where its data end, and
/// compares what the decoder makes of different bytes that follow.
/// </remarks>
internal sealed class JpegScans
{
    // Of one file; most have a dozen. libjpeg goes through all segments that it keeps for each new one.
    private const int MostSegments = 2000;
    private const string TooManySegments = "it has thousands of segments";

    // So many zeros in a row are no coincidence: the file's space was reserved but not written.
    private const int LongRunOfZeros = 32;

    private readonly Dictionary<int, int[]> _precision = [];
    private readonly Dictionary<byte, byte> _firstSymbols = [];
    private bool _progressive;
    private bool _endsWithMarker;
    private int _start;

    private JpegScans()
    {
    }

    /// <summary>The offset of the first byte after the last scan's data.</summary>
    public int End { get; private set; }

    /// <summary>Whether a single scan contains the whole image; its rows are then in order.</summary>
    public bool IsSingle { get; private set; }

    /// <summary>Whether the scans contain every coefficient of every component with all bits.</summary>
    public bool IsComplete => _precision.Count > 0 && _precision.Values.All(bits => bits.All(low => low == 0));

    // A code of all zeros is the first symbol of its table. Only areas of one color repeat the symbols "no difference" and "end of block" for long.
    private bool ZerosMayBeData =>
        _firstSymbols.All(table => table.Key >> 4 == 0 ? _progressive || table.Value == 0 : table.Value is not 0xF0 && (table.Value & 15) == 0);

    /// <summary>
    /// Finds the scans; null if the file is not JPEG, or of a kind that this class does not know, so that the decoder alone decides.
    /// </summary>
    /// <param name="content">The bytes of the file.</param>
    /// <param name="refuse">Makes an exception from a reason that continues "cannot be read: ".</param>
    public static JpegScans? Find(ReadOnlySpan<byte> content, Func<string, InvalidDataException> refuse)
    {
        var scans = new JpegScans();
        if (!IsJpeg(content) || !scans.Read(content, refuse) || scans.End == 0)
            return null;
        scans.LeaveOutZeros(content);
        return scans;
    }

    /// <summary>Throws if a JPEG file has more segments than the decoder may get. Files of other formats pass.</summary>
    /// <param name="file">The file, at its beginning.</param>
    /// <param name="refuse">Makes an exception from a reason that continues "cannot be read: ".</param>
    public static void CheckSegments(Stream file, Func<string, InvalidDataException> refuse)
    {
        Span<byte> bytes = stackalloc byte[2];
        if (file.ReadAtLeast(bytes, 2, throwOnEndOfStream: false) < 2 || !IsJpeg(bytes))
            return;
        int segments = 0, marker;
        while ((marker = NextMarker(file)) >= 0 && marker is not 0xD9 && file.ReadAtLeast(bytes, 2, throwOnEndOfStream: false) == 2)
        {
            if (++segments > MostSegments)
                throw refuse(TooManySegments);
            // The data of a scan follow, which the decoder reads later.
            if (marker == 0xDA)
                return;
            file.Seek(Math.Max(0, BinaryPrimitives.ReadUInt16BigEndian(bytes) - 2), SeekOrigin.Current);
        }
    }

    private static bool IsJpeg(ReadOnlySpan<byte> content) => content.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]);

    // Whether a segment begins with a marker. Bytes between segments, and fill bytes before a marker, are skipped as libjpeg skips them.
    private static bool BeginsSegment(int marker) => marker is not (0 or 0x01 or 0xFF or (>= 0xD0 and <= 0xD8));

    // -1 at the end of the file.
    private static int NextMarker(Stream file)
    {
        for (int last = 0, next; (next = file.ReadByte()) >= 0; last = next)
        {
            if (last == 0xFF && BeginsSegment(next))
                return next;
        }
        return -1;
    }

    private bool Read(ReadOnlySpan<byte> content, Func<string, InvalidDataException> refuse)
    {
        int scanCount = 0, inFirst = 0, segments = 0;
        for (int position = 2; position + 4 <= content.Length;)
        {
            byte marker = content[position + 1];
            if (content[position] != 0xFF || !BeginsSegment(marker))
            {
                position++;
                continue;
            }
            if (marker == 0xD9)
                break;
            int length = BinaryPrimitives.ReadUInt16BigEndian(content[(position + 2)..]);
            if (length < 2 || position + 2 + length > content.Length)
                return scanCount > 0;
            if (++segments > MostSegments)
                throw refuse(TooManySegments);
            ReadOnlySpan<byte> segment = content.Slice(position + 4, length - 2);
            position += 2 + length;
            switch (marker)
            {
                case 0xC4:
                    ReadTables(segment);
                    break;
                case 0xC0 or 0xC1 or 0xC2:
                    if (!ReadFrame(segment, marker == 0xC2))
                        return false;
                    break;
                case 0xC3 or (>= 0xC5 and <= 0xCF and not 0xC8 and not 0xCC):
                    return false;
                case 0xDA:
                    int components = ReadScan(segment);
                    inFirst = scanCount++ == 0 ? components : inFirst;
                    _start = position;
                    position = End = EndOfData(content, position);
                    _endsWithMarker = position < content.Length - 1;
                    break;
                default:
                    break;
            }
        }
        IsSingle = !_progressive && scanCount == 1 && inFirst == _precision.Count;
        return scanCount > 0;
    }

    private bool ReadFrame(ReadOnlySpan<byte> frame, bool progressive)
    {
        _progressive = progressive;
        _precision.Clear();
        // Height 0 means that a later marker contains it.
        if (frame.Length < 6 || BinaryPrimitives.ReadUInt16BigEndian(frame[1..]) == 0 || frame.Length < 6 + 3 * frame[5])
            return false;
        for (int index = 0; index < frame[5]; index++)
            _precision[frame[6 + 3 * index]] = [.. Enumerable.Repeat(-1, 64)];
        return true;
    }

    private int ReadScan(ReadOnlySpan<byte> scan)
    {
        if (scan.IsEmpty || scan.Length < 4 + 2 * scan[0])
            return 0;
        ReadOnlySpan<byte> range = scan[(1 + 2 * scan[0])..];
        (int first, int last, int low) = _progressive ? (range[0], Math.Min((int)range[1], 63), range[2] & 15) : (0, 63, 0);
        for (int index = 0; index < scan[0]; index++)
        {
            if (!_precision.TryGetValue(scan[1 + 2 * index], out int[]? bits))
                continue;
            for (int coefficient = first; coefficient <= last; coefficient++)
                bits[coefficient] = low;
        }
        return scan[0];
    }

    private void ReadTables(ReadOnlySpan<byte> tables)
    {
        while (tables.Length > 17)
        {
            int symbols = 0;
            foreach (byte count in tables[1..17])
                symbols += count;
            _firstSymbols[tables[0]] = tables[17];
            tables = tables[Math.Min(17 + symbols, tables.Length)..];
        }
    }

    private static int EndOfData(ReadOnlySpan<byte> content, int position)
    {
        while (position < content.Length)
        {
            int next = content[position..].IndexOf((byte)0xFF);
            if (next < 0)
                return content.Length;
            position += next;
            // A 0xFF at the very end is the first half of a marker or of an escape.
            if (position + 1 == content.Length || content[position + 1] is not (0 or (>= 0xD0 and <= 0xD7)))
                return position;
            position += 2;
        }
        return content.Length;
    }

    private void LeaveOutZeros(ReadOnlySpan<byte> content)
    {
        int written = _start + content[_start..End].LastIndexOfAnyExcept((byte)0) + 1;
        if (End - written >= LongRunOfZeros && !(_endsWithMarker && ZerosMayBeData))
            End = written;
    }
}
