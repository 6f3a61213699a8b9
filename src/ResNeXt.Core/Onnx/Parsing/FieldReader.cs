namespace ResNeXt.Core.Onnx.Parsing;

/// <summary>Finds the fields of a Protobuf message, without parsing their values.</summary>
/// <remarks>The format: https://protobuf.dev/programming-guides/encoding.</remarks>
/// <param name="message">The bytes of the message.</param>
internal ref struct FieldReader(ReadOnlySpan<byte> message)
{
    private const int WireTypeBits = 3;
    private const int VarintBits = 64;

    private readonly ReadOnlySpan<byte> _message = message;
    private int _position;

    /// <summary>
    /// Whether the reader has come to what no exporter writes: a group, which ONNX does not use, or a field's number or length of more than 32 bits,
    /// of which Protobuf would take the lower ones, and so read something else.
    /// </summary>
    public bool IsAtOddity { get; private set; }

    /// <summary>Finds the next field.</summary>
    /// <returns>False at the end of the message, at an oddity, or where the message is malformed.</returns>
    public bool TryRead(out WireField field)
    {
        field = default;
        int start = _position;
        if (IsAtOddity || !TryVarint(out ulong tag))
            return false;
        ulong length = 0;
        int type = (int)(tag & ((1 << WireTypeBits) - 1));
        int content = _position;
        switch (type)
        {
            case 0:
                if (!TryVarint(out _))
                    return false;
                break;
            case 1:
                length = sizeof(ulong);
                break;
            case 2:
                if (!TryVarint(out length))
                    return false;
                content = _position;
                break;
            case 3 or 4:
                IsAtOddity = true;
                return false;
            case 5:
                length = sizeof(uint);
                break;
            default:
                return false;
        }
        IsAtOddity = Math.Max(tag, length) > uint.MaxValue;
        if (IsAtOddity)
            return false;
        if (length > (ulong)(_message.Length - _position))
            return false;
        _position += (int)length;
        field = new((int)Math.Min(tag >> WireTypeBits, int.MaxValue), start, content, _position, HasLength: type == 2);
        return true;
    }

    private bool TryVarint(out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < VarintBits && _position < _message.Length; shift += 7)
        {
            byte part = _message[_position++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return true;
        }
        return false;
    }
}
