using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Tests.Schema;

/// <summary>An image whose class is a key of every width, without values.</summary>
internal sealed class KeyRow
{
    [VectorType(3, Patterns.Size, Patterns.Size)]
    public float[] Planar { get; set; } = [];

    [KeyType(3)]
    public byte Byte { get; set; }

    [KeyType(3)]
    public uint UInt { get; set; }

    [KeyType(3)]
    public ulong ULong { get; set; }

    public string Digit { get; set; } = "";

    public bool IsBoard { get; set; }

    /// <summary>The patterns. Keys of rows in memory count from 0.</summary>
    public static IDataView Rows(int count = 12)
    {
        IDataView rows = TinyModel.MlContext.Data.LoadFromEnumerable(
            Patterns.Make(count, seed: 1).Select(row => Of(row.Planar, Array.IndexOf(Patterns.Names, row.Label))));
        return TinyModel.MlContext.Transforms.Conversion.ConvertType("UShort", "UInt", DataKind.UInt16).Fit(rows).Transform(rows);
    }

    private static KeyRow Of(float[] pixels, int key) => new()
    {
        Planar = pixels,
        Byte = (byte)key,
        UInt = (uint)key,
        ULong = (ulong)key,
        Digit = key.ToString(CultureInfo.InvariantCulture),
        IsBoard = key == 2,
    };
}
