using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace ResNeXt.MLNet.Tests;

/// <summary>Small images that are easy to tell apart: stripes along, stripes across, and a board, in random colors.</summary>
internal static class Patterns
{
    public const int Size = 16;

    public static readonly string[] Names = ["along", "across", "board"];

    /// <summary>Rows with an image, the same pixels as vectors in both layouts, and the class.</summary>
    public static IDataView Rows(MLContext mlContext, int count = 48, int seed = 1) => mlContext.Data.LoadFromEnumerable(Make(count, seed));

    public static IReadOnlyList<Row> Make(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(index => Draw(index % Names.Length, random))];
    }

    private static Row Draw(int kind, Random random)
    {
        float[] first = [random.Next(256), random.Next(256), random.Next(256)], second = [.. first.Select(value => (value + 128) % 256)];
        var row = new Row { Label = Names[kind], Number = kind * 1.5f + 0.1f };
        var bytes = new byte[Size * Size * 4];
        for (int y = 0; y < Size; y++)
        {
            for (int x = 0; x < Size; x++)
            {
                bool isFirst = (kind == 0 ? y : kind == 1 ? x : x / 2 + y / 2 * 3) / 2 % 2 == 0;
                for (int channel = 0; channel < 3; channel++)
                {
                    float value = (isFirst ? first : second)[channel];
                    row.Planar[channel * Size * Size + y * Size + x] = value;
                    row.Interleaved[(y * Size + x) * 3 + channel] = value;
                    bytes[(y * Size + x) * 4 + 2 - channel] = (byte)value;
                }
                bytes[(y * Size + x) * 4 + 3] = 255;
            }
        }
        row.Bgra = bytes;
        return row;
    }

    /// <summary>One image.</summary>
    internal sealed class Row
    {
        /// <summary>A new image every time: ML.NET disposes of the images that it is given.</summary>
        [ImageType(Size, Size)]
        public MLImage Image
        {
            get => MLImage.CreateFromPixels(Size, Size, MLPixelFormat.Bgra32, Bgra);
            set => throw new NotSupportedException();
        }

        [NoColumn]
        public byte[] Bgra { get; set; } = [];

        [VectorType(3, Size, Size)]
        public float[] Planar { get; set; } = new float[3 * Size * Size];

        [VectorType(Size, Size, 3)]
        public float[] Interleaved { get; set; } = new float[3 * Size * Size];

        public string Label { get; set; } = "";

        public float Number { get; set; }
    }

    /// <summary>What a prediction engine gives.</summary>
    internal sealed class Prediction
    {
        public float[] Score { get; set; } = [];

        public uint PredictedLabel { get; set; }

        public override string ToString() => string.Join(" ", Score.Select(score => score.ToString(CultureInfo.InvariantCulture)));
    }
}
