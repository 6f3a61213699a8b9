using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Tests.NewProcess;

/// <summary>A table of PNG files and classes, on disk.</summary>
internal static class ImageTable
{
    /// <summary>Writes the images and the table.</summary>
    /// <returns>The table.</returns>
    public static string Save(string folder, int count = 6)
    {
        string table = Path.Combine(folder, "images.tsv");
        File.WriteAllLines(table, Patterns.Make(count, seed: 1).Select((row, index) =>
        {
            string path = Path.Combine(folder, $"{index}.png");
            using MLImage image = row.Image;
            image.Save(path);
            return $"{path}\t{row.Label}";
        }));
        return table;
    }

    /// <summary>The table as a view with the text columns Path and Label.</summary>
    public static IDataView Load(MLContext mlContext, string table) => mlContext.Data.CreateTextLoader(
        [new TextLoader.Column("Path", DataKind.String, 0), new TextLoader.Column("Label", DataKind.String, 1)]).Load(table);

    /// <summary>Scores as a line that loses no digit.</summary>
    public static string Line(float[] scores) => string.Join(' ', scores.Select(score => score.ToString("R", CultureInfo.InvariantCulture)));
}
