namespace ResNeXt.Core.Onnx.Parsing;

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

    /// <summary>
    /// Gets whether a model has at most <see cref="Maximum"/> fields, including nested ones, and no oddities (<see cref="FieldReader.IsAtOddity"/>).
    /// It accepts malformed models, because parsing reports them.
    /// </summary>
    public static bool IsAcceptable(ReadOnlySpan<byte> model)
    {
        int left = Maximum;
        return Spend(model, MessageFields.Model, ref left);
    }

    private static bool Spend(ReadOnlySpan<byte> message, MessageFields fields, ref int left)
    {
        var reader = new FieldReader(message);
        while (reader.TryRead(out WireField field))
        {
            left--;
            if (field.HasLength)
            {
                // A packed number can have one byte in the file, and takes eight in memory.
                if (Array.IndexOf(fields.PackedIntegers, field.Number) >= 0)
                    left -= Math.Min(field.Length, Maximum + 1);
                // The recursion is safe: the messages of this schema are nested at most seven levels deep.
                if (fields.Messages.TryGetValue(field.Number, out MessageFields? nested))
                {
                    left -= CostOfMessage;
                    if (!Spend(message[field.Content..field.End], nested, ref left))
                        return false;
                }
            }
            if (left < 0)
                return false;
        }
        return !reader.IsAtOddity;
    }
}
