using Microsoft.ML;
using ResNeXt.Core;
using ResNeXt.Core.Weights;
using ResNeXt.MLNet;

namespace ResNeXt.Benchmarks.Comparison.Scoring;

/// <summary>The files of one network with 1000 classes: saved ML.NET pipelines for rows of pixels and for image files, and the same network as ONNX.</summary>
/// <param name="folder">Where they are.</param>
internal sealed class ScoringModel(string folder)
{
    public const int ImageSize = 224, Classes = 1000;

    /// <summary>A pipeline that scores the column <c>Features</c> with pixels.</summary>
    public string PixelZip => Path.Combine(folder, "pixels.zip");

    /// <summary>The same, saved without compression.</summary>
    public string UncompressedPixelZip => Path.Combine(folder, "pixels-uncompressed.zip");

    /// <summary>A classifier of the column <c>Image</c>, saved without compression, as the command <c>train</c> saves it.</summary>
    public string ImageZip => Path.Combine(folder, "images.zip");

    /// <summary>A pipeline that scores the column <c>ImagePath</c>.</summary>
    public string FileZip => Path.Combine(folder, "files.zip");

    /// <summary>The network for a session of ONNX Runtime's own.</summary>
    public string Onnx => Path.Combine(folder, "network.onnx");

    /// <summary>Writes them, with random weights: how fast a network is does not depend on what it knows.</summary>
    public void Write(string architecture)
    {
        string weights = Path.Combine(folder, "network.safetensors");
        using (var network = new ResidualNetwork(Architectures.Get(architecture), Classes, seed: 1))
            SafetensorsFile.Write(weights, network.GetWeights());
        var mlContext = new MLContext(seed: 1);
        using (var pixels = ResNeXtTransformer.FromWeights(mlContext, architecture, weights))
        {
            pixels.SaveOnnx(Onnx);
            DataViewSchema schema = mlContext.Data.LoadFromEnumerable(Array.Empty<PixelRow>()).Schema;
            mlContext.Model.Save(pixels, schema, PixelZip);
            mlContext.Model.SaveUncompressed(pixels, schema, UncompressedPixelZip);
        }
        IDataView noFiles = mlContext.Data.LoadFromEnumerable(Array.Empty<FileRow>());
        using var images = ResNeXtTransformer.FromWeights(mlContext, architecture, weights, new() { FeatureColumnName = "Image", FeatureIsImage = true });
        mlContext.Model.SaveUncompressed(images, inputSchema: null, ImageZip);
        mlContext.Model.Save(mlContext.Transforms.DecodeImages().Fit(noFiles).Append(images), noFiles.Schema, FileZip);
    }
}
