using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core;
using ResNeXt.MLNet.Scoring;

namespace ResNeXt.MLNet.Features;

/// <summary>
/// The <see cref="ITransformer"/> that turns images into feature vectors, with the layers of a ResNet or ResNeXt up to a chosen one.
/// </summary>
/// <remarks>
/// It runs in ONNX Runtime and does not need libtorch. Like <see cref="ResNeXtTransformer"/> it wraps a chain of transformers, which a saved pipeline
/// contains.
/// </remarks>
public sealed class ResNeXtFeaturizingTransformer : ITransformer, IDisposable
{
    private readonly NetworkChain _chain;

    internal ResNeXtFeaturizingTransformer(Architecture architecture, IReadOnlyList<string> featureNames, NetworkChain chain)
    {
        Architecture = architecture;
        FeatureNames = featureNames;
        _chain = chain;
    }

    /// <summary>The architecture of the network.</summary>
    public Architecture Architecture { get; }

    /// <summary>The names of the features, in order: the slot names of the output column.</summary>
    public IReadOnlyList<string> FeatureNames { get; }

    /// <summary>Always true: the features of each row are computed independently of the others.</summary>
    public bool IsRowToRowMapper => _chain.IsRowToRowMapper;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _chain.GetOutputSchema(inputSchema);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input) => _chain.Transform(input);

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => _chain.GetRowToRowMapper(inputSchema);

    /// <summary>
    /// Frees the ONNX Runtime session and deletes its file. Reading features, also of views that <see cref="Transform"/> returned before, and saving
    /// then throw <see cref="ObjectDisposedException"/>.
    /// </summary>
    public void Dispose() => _chain.Dispose();

    void ICanSaveModel.Save(ModelSaveContext ctx) => _chain.Save(ctx);
}
