using System.Globalization;
using System.Text;
using ResNeXt.MLNet.LabelChecks;

namespace ResNeXt.Tool.LabelChecks;

/// <summary>Writes all images whose labels were checked as a table of comma-separated values (RFC 4180), the most suspicious first.</summary>
internal static class LabelCheckCsv
{
    private const string LineEnd = "\r\n";
    private const string Head = "rank,image,label,suggested_label,label_probability,suggested_probability,margin,suspicious,"
        + $"near_duplicate,outlier_distance{LineEnd}";

    public static string Render(LabelCheckResult result)
    {
        ILookup<string, string> copies = result.NearDuplicates
            .SelectMany(pair => new[] { (pair.First.ImagePath, Copy: pair.Second.ImagePath), (pair.Second.ImagePath, Copy: pair.First.ImagePath) })
            .ToLookup(pair => pair.ImagePath, pair => pair.Copy, StringComparer.Ordinal);
        Dictionary<string, float> outliers = result.Outliers
            .ToDictionary(outlier => outlier.ImagePath, outlier => outlier.Distance, StringComparer.Ordinal);
        var table = new StringBuilder(Head);
        for (int index = 0; index < result.Labels.Count; index++)
        {
            CheckedLabel label = result.Labels[index];
            string[] values =
            [
                (index + 1).ToString(CultureInfo.InvariantCulture), Quote(label.ImagePath), Quote(label.Label), Quote(label.SuggestedLabel),
                Number(label.LabelProbability), Number(label.SuggestedProbability), Number(label.Margin), label.IsSuspicious ? "true" : "false",
                Quote(copies[label.ImagePath].FirstOrDefault() ?? ""),
                outliers.TryGetValue(label.ImagePath, out float distance) ? Number(distance) : "",
            ];
            table.AppendJoin(',', values).Append(LineEnd);
        }
        return table.ToString();
    }

    private static string Number(float value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string Quote(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
