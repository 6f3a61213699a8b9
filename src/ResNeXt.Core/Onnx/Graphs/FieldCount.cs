namespace ResNeXt.Core.Onnx.Graphs;

/// <summary>
/// Limits the number of fields in a protobuf message before it is parsed. An empty message has two bytes in the file but takes a hundred bytes of
/// memory, so a small hostile file could exhaust memory.
/// </summary>
internal static class FieldCount
{
    /// <summary>The largest accepted number of fields. A network with a thousand layers and 100,000 classes has a tenth of it.</summary>
    public const int Maximum = 5_000_000;

    // The memory for a message, in relation to that for a number or a short text.
    private const int CostOfMessage = 5;

    private const int VarintBits = 64;

    /// <summary>
    /// Gets whether a model has at most <see cref="Maximum"/> fields, including nested ones, and no groups, which ONNX does not use. It accepts
    /// malformed models, because parsing reports them.
    /// </summary>
    public static bool IsAcceptable(ReadOnlySpan<byte> model)
    {
        int left = Maximum;
        return Spend(model, MessageFields.Model, ref left);
    }

    private static bool Spend(ReadOnlySpan<byte> message, MessageFields fields, ref int left)
    {
        while (!message.IsEmpty)
        {
            if (!TryVarint(ref message, out ulong tag))
                return true;
            if ((tag & 7) is 3 or 4)
                return false;
            left--;
            ulong length = 0;
            bool isWellFormed = (tag & 7) switch
            {
                0 => TryVarint(ref message, out _),
                1 => TrySkip(ref message, 8),
                2 => TryVarint(ref message, out length) && length <= (ulong)message.Length,
                5 => TrySkip(ref message, 4),
                _ => false,
            };
            if (!isWellFormed)
                return true;
            // The recursion is safe: the messages of this schema are nested at most seven levels deep.
            if ((tag & 7) == 2)
            {
                int field = (int)Math.Min(tag >> 3, int.MaxValue);
                // A packed number can have one byte in the file, and takes eight in memory.
                if (Array.IndexOf(fields.PackedIntegers, field) >= 0)
                    left -= (int)Math.Min(length, Maximum + 1);
                if (fields.Messages.TryGetValue(field, out MessageFields? nested))
                {
                    left -= CostOfMessage;
                    if (!Spend(message[..(int)length], nested, ref left))
                        return false;
                }
                message = message[(int)length..];
            }
            if (left < 0)
                return false;
        }
        return true;
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> message, int count)
    {
        if (message.Length < count)
            return false;
        message = message[count..];
        return true;
    }

    private static bool TryVarint(ref ReadOnlySpan<byte> message, out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < VarintBits && !message.IsEmpty; shift += 7)
        {
            byte part = message[0];
            message = message[1..];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return true;
        }
        return false;
    }
}
