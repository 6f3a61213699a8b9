using Microsoft.ML;
using ResNeXt.Core.Options;
using ResNeXt.Core;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Tensors;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Schema;
using ResNeXt.MLNet.Scoring;

namespace ResNeXt.MLNet.Features;

/// <summary>Describes images in numbers that other trainers learn from; made by <c>mlContext.Transforms.ResNeXtFeaturizer(...)</c>.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>Type and meaning</description></listheader>
/// <item><term>Input</term><description><c>MLImage</c>, or a vector of Single with the pixels, planar or interleaved.</description></item>
/// <item><term>Output</term><description>Vector of Single of known size: one feature per channel of the layer; slot names are <c>avgpool.0</c>, <c>avgpool.1</c>, ...</description></item>
/// </list>
/// Learns nothing: the weights are those it was made with. Computes with ONNX Runtime and needs no libtorch, in <c>Fit</c> as little as later.
/// </remarks>
public sealed class ResNeXtFeaturizingEstimator : IEstimator<ResNeXtFeaturizingTransformer>
{
    private readonly MLServices _services;
    private readonly string _outputColumn;
    private readonly string _inputColumn;
    private readonly FeaturizerOptions _options;
    private readonly Architecture _architecture;
    private readonly StateDict _weights;

    internal ResNeXtFeaturizingEstimator(
        MLServices services, string outputColumn, string inputColumn, Architecture architecture, StateDict weights, FeaturizerOptions? options)
    {
        _services = services;
        _outputColumn = outputColumn;
        _inputColumn = inputColumn;
        _architecture = architecture;
        _weights = weights;
        _options = options ?? new FeaturizerOptions();
        OptionErrors.ThrowIfAny(GetValidationErrors());
    }

    /// <summary>Looks at the input column and makes the transformer for it; no row is read.</summary>
    /// <param name="input">Rows with the input column.</param>
    /// <returns>The transformer; the caller disposes of it.</returns>
    /// <exception cref="InvalidOperationException">The input column is missing or holds no images that the network takes; the message says what to do.</exception>
    public ResNeXtFeaturizingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ImageShape? trained = ModelMetadata.Shape(_weights.Metadata);
        var pixels = FeatureInput.Of(input.Schema.Find(_inputColumn, "inputColumnName"), _architecture, _options.ImageSize, _options.PixelLayout);
        if (pixels.IsImage && _options.ImageSize is null && trained is not null)
            pixels = pixels with { Shape = trained };
        var model = new FeatureModel
        {
            Architecture = _architecture,
            Weights = _weights,
            Shape = pixels.Shape,
            Normalization = _options.Normalization ?? ModelMetadata.Normalization(_weights.Metadata) ?? PixelNormalization.ImageNet,
            Layer = _options.Layer,
        };
        return new(_architecture, model.Names, FeatureChain.Build(_services, pixels, model, _outputColumn));
    }

    /// <summary>The columns after the transformer.</summary>
    /// <param name="inputSchema">The columns before it.</param>
    /// <exception cref="InvalidOperationException">The input column is missing or has the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.FindPixels(_inputColumn, "inputColumnName");
        return FeatureShape.AddTo(inputSchema, _services, _outputColumn);
    }

    private IEnumerable<string> GetValidationErrors()
    {
        if (string.IsNullOrWhiteSpace(_outputColumn))
            yield return "outputColumnName is empty; name a column.";
        if (string.IsNullOrWhiteSpace(_inputColumn))
            yield return "inputColumnName is empty; name a column.";
        foreach (string mistake in _options.GetValidationErrors(_architecture))
            yield return mistake;
    }
}
