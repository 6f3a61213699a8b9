using System.Globalization;
using System.Text;
using ResNeXt.Core.Networks;

namespace ResNeXt.Core;

/// <summary>
/// The layers of a network with their costs and totals, computed from the architecture without libtorch. <c>ToString</c> formats them as a table.
/// </summary>
public sealed class NetworkSummary
{
    private static readonly string[] Titles = ["Layer", "Kind", "Output shape", "Parameters", "Multiply-adds", "Activations, KiB"];

    /// <summary>Lists the layers of a network.</summary>
    /// <param name="architecture">The architecture of the network.</param>
    /// <param name="imageSize">Side of the square image in pixels, at least <see cref="Architecture.MinimumImageSize"/>.</param>
    /// <param name="classes">Number of classes, at least 1.</param>
    /// <exception cref="ArgumentException">The architecture is invalid, the images are too small, or there is no class.</exception>
    public NetworkSummary(Architecture architecture, int imageSize, int classes)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        Architecture = architecture;
        ImageSize = imageSize;
        Classes = classes;
        Layers = architecture.Layers(imageSize, classes);
    }

    /// <summary>The architecture of the network.</summary>
    public Architecture Architecture { get; }

    /// <summary>Side of the square image in pixels.</summary>
    public int ImageSize { get; }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>The layers in the order of the forward pass.</summary>
    public IReadOnlyList<LayerSummary> Layers { get; }

    /// <summary>The number of trained parameters in all layers.</summary>
    public long Parameters => Layers.Sum(layer => layer.Parameters);

    /// <summary>The number of multiply-adds in the forward pass for one image.</summary>
    public long MultiplyAdds => Layers.Sum(layer => layer.MultiplyAdds);

    /// <summary>
    /// The memory for the outputs of all layers, for one image in float32. Training keeps it until the backward pass; scoring frees most of it on the
    /// way. Multiply it by the batch size.
    /// </summary>
    public long ActivationBytes => Layers.Sum(layer => layer.ActivationBytes);

    /// <summary>Formats a table with one line per layer, followed by the totals.</summary>
    public override string ToString()
    {
        string[] total = ["Total", "", "", Number(Parameters), Number(MultiplyAdds), Kibibytes(ActivationBytes)];
        string[][] rows = [Titles, .. Layers.Select(Row), total];
        int[] widths = [.. Enumerable.Range(0, Titles.Length).Select(column => rows.Max(row => row[column].Length))];
        string rule = new('-', widths.Sum() + 2 * (widths.Length - 1));
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"{Architecture.Name}, one image of {Architecture.InputChannels} x {ImageSize} x {ImageSize}, {Classes} classes");
        text.AppendLine(rule).AppendLine(Line(Titles, widths)).AppendLine(rule);
        foreach (LayerSummary layer in Layers)
            text.AppendLine(Line(Row(layer), widths));
        return text.AppendLine(rule).Append(Line(total, widths)).ToString();
    }

    private static string[] Row(LayerSummary layer) =>
    [
        layer.Name, layer.Kind, string.Join(" x ", layer.OutputShape),
        Number(layer.Parameters), Number(layer.MultiplyAdds), Kibibytes(layer.ActivationBytes),
    ];

    // Text is aligned left, numbers are aligned right.
    private static string Line(string[] cells, int[] widths) =>
        string.Join("  ", cells.Select((cell, column) => column < 3 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd();

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Kibibytes(long bytes) => (bytes / 1024.0).ToString("N1", CultureInfo.InvariantCulture);
}
