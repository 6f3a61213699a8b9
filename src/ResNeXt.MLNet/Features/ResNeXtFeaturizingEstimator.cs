using Microsoft.ML;
using ResNeXt.Core;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Options;
using ResNeXt.Core.Tensors;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Schema;

namespace ResNeXt.MLNet.Features;

/// <summary>
/// The <see cref="IEstimator{TTransformer}"/> that turns images into feature vectors for other trainers, with a trained ResNet or ResNeXt.
/// </summary>
/// <remarks>
/// <para>To create it, use one of <c>mlContext.Transforms.ResNeXtFeaturizer(...)</c>, see <see cref="ResNeXtFeaturizerCatalog"/>.</para>
/// <list type="table">
/// <listheader><term>Column</term><description>Type and meaning</description></listheader>
/// <item><term>Input</term><description>
/// <c>MLImage</c>; the bytes of image files; or a vector of <see cref="float"/> with the pixels, planar or interleaved.
/// </description></item>
/// <item><term>Output</term><description>
/// Vector of <see cref="float"/> of known size: one feature per channel of the layer. Its slot names are <c>avgpool.0</c>, <c>avgpool.1</c>, ...
/// </description></item>
/// </list>
/// <para>It learns nothing from the data: <c>Fit</c> reads no rows. It runs in ONNX Runtime and does not need libtorch.</para>
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
        OptionErrors.ThrowIfAny(
        [
            .. ColumnNames.GetEmptyNameErrors((ColumnNames.OutputOption, outputColumn), (ColumnNames.InputOption, inputColumn)),
            .. _options.GetValidationErrors(architecture),
        ]);
    }

    /// <summary>Makes the transformer for an input column; no row is read.</summary>
    /// <param name="input">The rows, whose input column is checked.</param>
    /// <returns>The transformer; the caller disposes of it.</returns>
    /// <exception cref="InvalidOperationException">
    /// The input column is missing, or the network cannot take what it holds; the message says what to do.
    /// </exception>
    public ResNeXtFeaturizingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ImageShape? trained = ModelMetadata.Shape(_weights.Metadata);
        DataViewSchema.Column column = input.Schema.Find(_inputColumn, ColumnNames.InputOption);
        var pixels = FeatureInput.Of(column, _architecture, _options.ImageSize, _options.PixelLayout);
        if (pixels.IsImage && _options.ImageSize is null && trained is not null)
            pixels = pixels with { Shape = trained };
        var model = new FeatureModel
        {
            Architecture = _architecture,
            Weights = _weights,
            Shape = pixels.Shape,
            Normalization = _options.Normalization ?? ModelMetadata.Normalization(_weights.Metadata) ?? PixelNormalization.ImageNet,
            Layer = _options.Layer,
            TestTimeFlip = _options.TestTimeFlip,
        };
        return new(_architecture, model.Names, FeatureChain.Build(_services, pixels, model, _outputColumn));
    }

    /// <summary>Gets the columns that the transformer will have, for checking a pipeline before it is fitted.</summary>
    /// <param name="inputSchema">The columns before the featurizer.</param>
    /// <exception cref="InvalidOperationException">The input column is missing or has the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.FindPixels(_inputColumn, ColumnNames.InputOption);
        return FeatureShape.AddTo(inputSchema, _services, _outputColumn);
    }
}
