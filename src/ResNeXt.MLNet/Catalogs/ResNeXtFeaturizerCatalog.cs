using Microsoft.ML;
using ResNeXt.Core;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights;
using ResNeXt.Core.Weights.Matching;
using ResNeXt.MLNet.Features;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet;

/// <summary>Adds the featurizer to <c>mlContext.Transforms</c>.</summary>
public static class ResNeXtFeaturizerCatalog
{
    /// <summary>Describes images with a network whose weights are in a file.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column to write the features to: a vector of Single with slot names.</param>
    /// <param name="inputColumnName">A column of images, or of float vectors with pixels; null for the output's name, which then replaces it.</param>
    /// <param name="architecture">The network, a name that <see cref="Architectures.All"/> lists.</param>
    /// <param name="weights">The file: .safetensors, PyTorch's, an .onnx of ours or a saved model; its last layer is not needed.</param>
    /// <param name="options">Which features, of which pixels; null for the defaults.</param>
    /// <exception cref="ArgumentException">The architecture is unknown, or options are out of range; all mistakes are listed.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or is for another network.</exception>
    public static ResNeXtFeaturizingEstimator ResNeXtFeaturizer(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, string architecture, string weights, FeaturizerOptions? options = null) =>
        Create(catalog, outputColumnName, inputColumnName, Architectures.Get(architecture), WeightFile.Read(weights), $"'{weights}'", options);

    /// <summary>Describes images with a network that was trained and saved before.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column to write the features to: a vector of Single with slot names.</param>
    /// <param name="inputColumnName">A column of images, or of float vectors with pixels; null for the output's name, which then replaces it.</param>
    /// <param name="model">A pipeline with a ResNeXt trainer that <c>mlContext.Model.Save</c> wrote, or an .onnx or .safetensors file of ours.</param>
    /// <param name="options">Which features, of which pixels; null for the defaults.</param>
    /// <exception cref="ArgumentException">Options are out of range; all mistakes are listed.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or does not say which network it is for.</exception>
    public static ResNeXtFeaturizingEstimator ResNeXtFeaturizer(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, string model, FeaturizerOptions? options = null)
    {
        StateDict weights = WeightFile.Read(model);
        Architecture architecture = ModelMetadata.Architecture(weights.Metadata)
            ?? throw new InvalidDataException($"'{model}' does not say which network it is for; name the architecture as well.");
        return Create(catalog, outputColumnName, inputColumnName, architecture, weights, $"'{model}'", options);
    }

    /// <summary>Describes images with a network that was just trained or loaded.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column to write the features to: a vector of Single with slot names.</param>
    /// <param name="inputColumnName">A column of images, or of float vectors with pixels; null for the output's name, which then replaces it.</param>
    /// <param name="model">The classifier; its weights are copied, so it may be disposed of.</param>
    /// <param name="options">Which features, of which pixels; null for the defaults.</param>
    /// <exception cref="ArgumentException">Options are out of range; all mistakes are listed.</exception>
    public static ResNeXtFeaturizingEstimator ResNeXtFeaturizer(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, ResNeXtTransformer model, FeaturizerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Create(catalog, outputColumnName, inputColumnName, model.Architecture, model.GetWeights(), "the model", options);
    }

    private static ResNeXtFeaturizingEstimator Create(
        TransformsCatalog catalog, string output, string? input, Architecture architecture, StateDict weights, string source, FeaturizerOptions? options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        StateDict body = StateDictMatcher.WithoutHead(architecture, weights, source);
        return new(MLServices.Of(catalog), output, input ?? output, architecture, body, options);
    }
}
