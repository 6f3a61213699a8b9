using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace ResNeXt.MLNet.Tests.Operations;

/// <summary>An image of CIFAR-10's binary files, as pixels and as an image.</summary>
internal sealed class CifarRow
{
    private const int Side = 32;
    private const int Plane = Side * Side;

    private readonly byte[] _record;

    private CifarRow(byte[] record) => _record = record;

    public static string[] ClassNames => [.. File.ReadLines(SharedData.Path("data", "cifar10", "batches.meta.txt")).Where(line => line.Length > 0)];

    [VectorType(3, Side, Side)]
    public float[] Planar => [.. _record.Skip(1).Select(value => (float)value)];

    [ImageType(Side, Side)]
    public MLImage Image => MLImage.CreateFromPixels(Side, Side, MLPixelFormat.Rgba32,
        [.. Enumerable.Range(1, Plane).SelectMany(i => (byte[])[_record[i], _record[i + Plane], _record[i + 2 * Plane], byte.MaxValue])]);

    [KeyType(10)]
    public uint Label => _record[0];

    public static IDataView Rows(MLContext mlContext) => mlContext.Data.LoadFromEnumerable(Read("test_2000.bin"));

    /// <summary>The rows of a file, in its order.</summary>
    public static IEnumerable<CifarRow> Read(string file) =>
        File.ReadAllBytes(SharedData.Path("data", "cifar10", file)).Chunk(1 + 3 * Plane).Select(record => new CifarRow(record));
}
