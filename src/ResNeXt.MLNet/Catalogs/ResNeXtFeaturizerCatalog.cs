using Microsoft.ML;
using ResNeXt.Core;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights.Matching;
using ResNeXt.Core.Weights.Pretrained;
using ResNeXt.MLNet.Features;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet;

/// <summary>Extension methods of <c>mlContext.Transforms</c> that create ResNeXt featurizers.</summary>
public static class ResNeXtFeaturizerCatalog
{
    /// <summary>Creates a featurizer from pretrained weights on this machine: those that are most accurate on ImageNet.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The name of the output column: a vector of <see cref="float"/> with slot names.</param>
    /// <param name="inputColumnName">The name of the column of images or of vectors of pixels; null for the name of the output column.</param>
    /// <param name="options">The options of the featurizer, which may allow to download weights; null for the defaults.</param>
    /// <exception cref="ArgumentException">Options are out of range; all of them are listed.</exception>
    /// <exception cref="FileNotFoundException">There are no such weights; the message says what to fetch and where to put it.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static ResNeXtFeaturizingEstimator ResNeXtFeaturizer(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, FeaturizerOptions? options = null) =>
        Create(catalog, outputColumnName, inputColumnName, architecture: null, PretrainedWeights.Best, options);

    /// <summary>Creates a featurizer from a network whose weights are in a file.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The name of the output column: a vector of <see cref="float"/> with slot names.</param>
    /// <param name="inputColumnName">The name of the column of images or of vectors of pixels; null for the name of the output column.</param>
    /// <param name="architecture">The name of the network, one of <see cref="Architectures.All"/>.</param>
    /// <param name="weights">
    /// The path of the file: <c>.safetensors</c>, PyTorch's, <c>.onnx</c>, or a saved model. It may lack the last layer. Or <c>pretrained</c>, or the
    /// name of one of <see cref="PretrainedWeights.All"/>.
    /// </param>
    /// <param name="options">The options of the featurizer; null for the defaults.</param>
    /// <exception cref="ArgumentException">The architecture is unknown, or options are out of range; all of them are listed.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or the weights are another network's.</exception>
    public static ResNeXtFeaturizingEstimator ResNeXtFeaturizer(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, string architecture, string weights,
        FeaturizerOptions? options = null) =>
        Create(catalog, outputColumnName, inputColumnName, Architectures.Get(architecture).Name, weights, options);

    /// <summary>Creates a featurizer from a network that was trained and saved before, or from pretrained weights.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The name of the output column: a vector of <see cref="float"/> with slot names.</param>
    /// <param name="inputColumnName">The name of the column of images or of vectors of pixels; null for the name of the output column.</param>
    /// <param name="model">
    /// The path of a file that <c>mlContext.Model.Save</c> wrote, of a pipeline that contains a ResNeXt, of an <c>.onnx</c> file, or of a
    /// <c>.safetensors</c> file that this library wrote. Or the name of one of <see cref="PretrainedWeights.All"/>.
    /// </param>
    /// <param name="options">The options of the featurizer; null for the defaults.</param>
    /// <exception cref="ArgumentException">Options are out of range; all of them are listed.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or does not say which network it is for.</exception>
    public static ResNeXtFeaturizingEstimator ResNeXtFeaturizer(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, string model, FeaturizerOptions? options = null) =>
        Create(catalog, outputColumnName, inputColumnName, architecture: null, model, options);

    /// <summary>Creates a featurizer from a transformer.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The name of the output column: a vector of <see cref="float"/> with slot names.</param>
    /// <param name="inputColumnName">The name of the column of images or of vectors of pixels; null for the name of the output column.</param>
    /// <param name="model">The transformer, whose weights are copied; it may be disposed of afterwards.</param>
    /// <param name="options">The options of the featurizer; null for the defaults.</param>
    /// <exception cref="ArgumentException">Options are out of range; all of them are listed.</exception>
    public static ResNeXtFeaturizingEstimator ResNeXtFeaturizer(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, ResNeXtTransformer model, FeaturizerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Create(catalog, outputColumnName, inputColumnName, model.Architecture, model.GetWeights(), "the model", options);
    }

    private static ResNeXtFeaturizingEstimator Create(
        TransformsCatalog catalog, string output, string? input, string? architecture, string weights, FeaturizerOptions? options)
    {
        ArgumentNullException.ThrowIfNull(weights);
        options ??= new FeaturizerOptions();
        LoadedWeights file = LoadedWeights.Read(weights, architecture, options.Pretrained);
        options = options with { Normalization = options.Normalization ?? file.Normalization };
        return Create(catalog, output, input, file.RequiredArchitectureFor(architecture), file.Weights, $"'{file.Path}'", options);
    }

    private static ResNeXtFeaturizingEstimator Create(
        TransformsCatalog catalog, string output, string? input, Architecture architecture, StateDict weights, string source,
        FeaturizerOptions? options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        StateDict body = StateDictMatcher.WithoutHead(architecture, weights, source);
        return new(MLServices.Of(catalog), output, input ?? output, architecture, body, options);
    }
}
