namespace ResNeXt.Tool.BulkScoring.Formats;

/// <summary>The formats of the result; the extension of the file decides.</summary>
internal enum ScoreFormat
{
    /// <summary>A JSON object per line.</summary>
    JsonLines,

    /// <summary>Comma-separated values.</summary>
    Csv,

    /// <summary>Apache Parquet.</summary>
    Parquet,
}
