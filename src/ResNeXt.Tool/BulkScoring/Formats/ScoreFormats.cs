namespace ResNeXt.Tool.BulkScoring.Formats;

/// <summary>Finds and writes the format of a result.</summary>
internal static class ScoreFormats
{
    /// <summary>Gets the format of a file.</summary>
    /// <exception cref="ArgumentException">The extension is another one.</exception>
    public static ScoreFormat Of(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".jsonl" or ".ndjson" => ScoreFormat.JsonLines,
        ".csv" => ScoreFormat.Csv,
        ".parquet" => ScoreFormat.Parquet,
        _ => throw new ArgumentException($"--output is '{path}'; its extension must be .jsonl (or .ndjson), .csv or .parquet."),
    };

    /// <summary>Writes rows in a format with columns.</summary>
    public static void Write(ScoreFormat format, Stream stream, IReadOnlyList<ScoreColumn> columns, IEnumerable<ScoredImage> rows)
    {
        if (format == ScoreFormat.Csv)
            CsvFormat.Write(stream, columns, rows);
        else
            ParquetFormat.WriteAsync(stream, columns, rows).GetAwaiter().GetResult();
    }
}
