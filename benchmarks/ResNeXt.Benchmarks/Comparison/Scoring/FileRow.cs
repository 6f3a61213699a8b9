namespace ResNeXt.Benchmarks.Comparison.Scoring;

/// <summary>An image as a file.</summary>
internal sealed class FileRow
{
    public string ImagePath { get; set; } = "";
}
