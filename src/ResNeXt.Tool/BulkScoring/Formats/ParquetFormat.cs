using Parquet;
using Parquet.Schema;

namespace ResNeXt.Tool.BulkScoring.Formats;

/// <summary>Writes rows as Parquet, compressed with Snappy.</summary>
internal static class ParquetFormat
{
    // Of these rows all columns are in memory at the same time.
    private const int RowsPerGroup = 50_000;

    public static async Task WriteAsync(Stream stream, IReadOnlyList<ScoreColumn> columns, IEnumerable<ScoredImage> rows)
    {
        var schema = new ParquetSchema([.. columns.Select(column =>
            new DataField(column.Name, column.Number is null ? typeof(string) : typeof(float), isNullable: true))]);
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.Snappy };
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(schema, stream, options);
        foreach (ScoredImage[] group in rows.Chunk(RowsPerGroup))
        {
            using ParquetRowGroupWriter rowGroup = writer.CreateRowGroup();
            foreach ((DataField field, ScoreColumn column) in schema.DataFields.Zip(columns))
            {
                if (column.Number is { } number)
                    await rowGroup.WriteAsync<float>(field, Array.ConvertAll(group, row => number(row)));
                else
                    await rowGroup.WriteAsync(field, Array.ConvertAll(group, row => column.Text!(row)));
            }
        }
    }
}
