using ResNeXt.Core.Files;
using ResNeXt.Core.Onnx.Import.Graphs;

namespace ResNeXt.Core.Onnx.Import.Pixels;

/// <summary>
/// Finds the preprocessing of networks whose pixels another ONNX model prepares: the models in the packages
/// <c>Microsoft.ML.DnnImageFeaturizer.*</c>, which take blue, green and red minus a mean image.
/// </summary>
internal static class PreprocessingFile
{
    private const string Producer = "CNTK", FileName = "ResNetPreprocess.onnx", Folder = "ResNetPrepOnnx";
    private const long MostBytes = 16 << 20;

    // The means of the packages' mean image, for a network that was copied without its preprocessing: blue, green, red.
    private static readonly double[] Means = [103.0626, 115.9029, 123.1516];

    /// <summary>Reads the preprocessing in the file beside a network, or in the folder beside its folder, where the packages put it.</summary>
    /// <param name="network">The path of the network's file.</param>
    /// <param name="producer">The program that wrote the network.</param>
    /// <param name="channels">The number of channels that the network takes.</param>
    /// <returns>
    /// The preprocessing; that of the packages if there is no such file; null if the network was not written by CNTK, which reads images as blue,
    /// green and red from 0 to 255.
    /// </returns>
    /// <exception cref="InvalidDataException">The file is no preprocessing.</exception>
    public static PixelTransform? Read(string network, string producer, int channels)
    {
        if (producer != Producer)
            return null;
        string folder = Path.GetDirectoryName(Path.GetFullPath(network))!;
        string[] places = [Path.Combine(folder, FileName), Path.Combine(folder, "..", Folder, FileName), Path.Combine(folder, Folder, FileName)];
        string? path = places.FirstOrDefault(File.Exists);
        return path is not null ? Read(path, channels) : channels == Means.Length ? Packaged() : null;
    }

    private static PixelTransform Packaged() =>
        PixelTransform.None(Means.Length).Then((int[])[2, 1, 0]).Then([1, 1, 1], [.. Means.Select(mean => -mean)]);

    private static PixelTransform Read(string path, int channels)
    {
        using var source = WeightSource.Open(path, "preprocessing file");
        if (source.Length > MostBytes)
            throw source.Refuse($"has {source.Length} bytes; at most {MostBytes} are read.");
        try
        {
            var graph = new ForeignGraph(ForeignModel.Parse(source.Head((int)source.Length)));
            var pixels = PixelTransformReader.Read(graph, channels, acceptsImages: true);
            if (pixels.Value == graph.Output)
                return pixels.Transform;
            throw graph.Consumers(pixels.Value) is [var node, ..]
                ? OperatorMismatch.Of(node, "the preprocessing may only reorder, scale and shift channels")
                : new InvalidDataException("has an output that does not depend on its input; it is damaged. Download it again.");
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"The preprocessing file '{path}' {exception.Message}", exception);
        }
    }
}
