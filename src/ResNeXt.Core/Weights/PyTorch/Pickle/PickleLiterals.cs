using System.Globalization;
using System.Numerics;
using ResNeXt.Core.Files;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Weights.PyTorch.Pickle;

/// <summary>Executes the pickle operations that push a number or a string.</summary>
internal static class PickleLiterals
{
    // Python integers can have any length. The longest that PyTorch writes is its magic number, with ten bytes.
    private const int LongestInteger = 255;

    // Byte strings, and texts that are longer than the names of tensors, are not needed, so they are not kept. A pickle may take the same text a hundred
    // thousand times.
    private static readonly object Opaque = new();

    /// <summary>Executes an operation. Returns false if the operation is of another kind.</summary>
    public static bool TryPush(PickleOpcode code, PickleInput input, PickleStack stack)
    {
        if (!TryNumber(code, input, out object? value) && !TryText(code, input, out value))
            return false;
        stack.Push(value);
        return true;
    }

    private static bool TryNumber(PickleOpcode code, PickleInput input, out object? value)
    {
        (bool known, value) = code switch
        {
            PickleOpcode.None => (true, (object?)null),
            PickleOpcode.NewTrue => (true, true),
            PickleOpcode.NewFalse => (true, false),
            PickleOpcode.BinInt1 => (true, (long)input.Byte()),
            PickleOpcode.BinInt2 => (true, (long)input.UInt16()),
            PickleOpcode.BinInt => (true, (long)input.Int32()),
            PickleOpcode.BinFloat => (true, input.Double()),
            PickleOpcode.Int => (true, Integer(input.Line(), input)),
            PickleOpcode.Long => (true, Integer(input.Line().TrimEnd('L'), input)),
            PickleOpcode.Float => (true, Real(input)),
            PickleOpcode.Long1 => (true, Integer(input, input.Byte())),
            PickleOpcode.Long4 => (true, Integer(input, input.Int32())),
            _ => (false, null),
        };
        return known;
    }

    private static bool TryText(PickleOpcode code, PickleInput input, out object? value)
    {
        value = code switch
        {
            PickleOpcode.ShortBinUnicode or PickleOpcode.ShortBinString => input.Text(input.Byte()),
            PickleOpcode.BinUnicode or PickleOpcode.BinString => Text(input, (uint)input.Int32()),
            PickleOpcode.BinUnicode8 => Text(input, input.UInt64()),
            PickleOpcode.Unicode => Short(Unescaped(input.Line(), input)),
            PickleOpcode.String => Short(Unquoted(input)),
            PickleOpcode.ShortBinBytes => Skipped(input, input.Byte()),
            PickleOpcode.BinBytes => Skipped(input, (uint)input.Int32()),
            PickleOpcode.BinBytes8 or PickleOpcode.ByteArray8 => Skipped(input, input.UInt64()),
            _ => null,
        };
        return value is not null;
    }

    private static object Text(PickleInput input, ulong length) => length > TensorName.MostCharacters ? Skipped(input, length) : input.Text(length);

    private static object Short(string text) => text.Length > TensorName.MostCharacters ? Opaque : text;

    private static object Skipped(PickleInput input, ulong length)
    {
        input.Skip(length);
        return Opaque;
    }

    private static object Integer(PickleInput input, int length)
    {
        if (length is < 0 or > LongestInteger)
            throw input.Damaged($"has an integer of {(uint)length} bytes, more than the {LongestInteger} that are accepted");
        return Narrowed(new BigInteger(input.Bytes((ulong)length)));
    }

    // Protocol 0 writes True and False as the integers 01 and 00.
    private static object Integer(string text, PickleInput input) => text switch
    {
        "01" => true,
        "00" => false,
        _ => BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger value)
            ? Narrowed(value)
            : throw input.Damaged($"has {Quoted.Name(text)} where an integer belongs"),
    };

    private static object Narrowed(BigInteger value) => value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;

    private static object Real(PickleInput input)
    {
        string text = input.Line();
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? value
            : throw input.Damaged($"has {Quoted.Name(text)} where a number belongs");
    }

    private static string Unquoted(PickleInput input)
    {
        string text = input.Line();
        if (text.Length < 2 || text[0] is not ('\'' or '"') || text[^1] != text[0])
            throw input.Damaged("has a text without quotes");
        return Unescaped(text[1..^1], input);
    }

    // torch.save never writes names with escape sequences, and decoding them wrongly could make two names equal.
    private static string Unescaped(string text, PickleInput input) =>
        text.Contains('\\', StringComparison.Ordinal) ? throw input.Damaged("has a text with escapes, which are not accepted") : text;
}
