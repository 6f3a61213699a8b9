using System.Text;
using nietras.SeparatedValues;

namespace ResNeXt.Tool.BulkScoring.Formats;

/// <summary>Writes rows as CSV (RFC 4180) in UTF-8, with a header.</summary>
internal static class CsvFormat
{
    public static void Write(Stream stream, IReadOnlyList<ScoreColumn> columns, IEnumerable<ScoredImage> rows)
    {
        using var text = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        using SepWriter writer = Sep.New(',').Writer(options => options with { Escape = true }).To(text);
        foreach (ScoreColumn column in columns)
            writer.Header.Add(column.Name);
        writer.Header.Write();
        foreach (ScoredImage row in rows)
        {
            using SepWriter.Row line = writer.NewRow();
            foreach (ScoreColumn column in columns)
            {
                if (column.Number?.Invoke(row) is { } number)
                    line[column.Name].Format(number);
                else
                    line[column.Name].Set(column.Text?.Invoke(row) ?? "");
            }
        }
    }
}
