using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core;
using ResNeXt.MLNet.Scoring;

namespace ResNeXt.MLNet.Features;

/// <summary>Describes images in numbers with the first part of a ResNet or ResNeXt, in ONNX Runtime; libtorch is not needed.</summary>
/// <remarks>Like <see cref="ResNeXtTransformer"/> a thin wrapper around a chain of ML.NET's own transformers, which is what a saved pipeline holds.</remarks>
public sealed class ResNeXtFeaturizingTransformer : ITransformer, IDisposable
{
    private readonly NetworkChain _chain;

    internal ResNeXtFeaturizingTransformer(Architecture architecture, IReadOnlyList<string> featureNames, NetworkChain chain)
    {
        Architecture = architecture;
        FeatureNames = featureNames;
        _chain = chain;
    }

    /// <summary>The network that the features are of.</summary>
    public Architecture Architecture { get; }

    /// <summary>The names of the features, in their order: the column's slot names.</summary>
    public IReadOnlyList<string> FeatureNames { get; }

    /// <summary>Whether every row is described by itself: always.</summary>
    public bool IsRowToRowMapper => _chain.IsRowToRowMapper;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _chain.GetOutputSchema(inputSchema);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input) => _chain.Transform(input);

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => _chain.GetRowToRowMapper(inputSchema);

    /// <summary>Frees the ONNX session and deletes its file. Rows cannot be computed any more, nor the transformer saved: both throw
    /// <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _chain.Dispose();

    void ICanSaveModel.Save(ModelSaveContext ctx) => _chain.Save(ctx);
}
