using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core;
using ResNeXt.Core.Files;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Quantization;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Training;
using ResNeXt.Core.Weights;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Quantization;
using ResNeXt.MLNet.Schema;
using ResNeXt.MLNet.Scoring;

namespace ResNeXt.MLNet;

/// <summary>Scores images with a trained ResNet or ResNeXt, in ONNX Runtime; libtorch is not needed.</summary>
/// <remarks>
/// A thin wrapper around a chain of ML.NET's own transformers, to which it delegates everything, saving included: a saved pipeline holds that
/// chain, and <c>mlContext.Model.Load</c> brings it back. It owns the ONNX session, and a temporary file that the session is loaded and saved from,
/// in <c>MLContext.TempFilePath</c>.
/// </remarks>
public sealed class ResNeXtTransformer : ITransformer, IDisposable
{
    private readonly NetworkChain _chain;
    private readonly MLServices _services;
    private readonly byte[] _onnx;

    private ResNeXtTransformer(MLServices services, ClassifierModel model, ScoringColumns columns, byte[] onnx, TrainingResult? training = null)
    {
        _services = services;
        _onnx = onnx;
        Columns = columns;
        Architecture = model.Architecture;
        ClassNames = model.ClassNames;
        IsQuantized = model.IsQuantized;
        Epochs = training?.Epochs ?? [];
        TrainingWarnings = training?.Warnings ?? [];
        _chain = ScoringChain.Build(services, columns, model.ClassNames, onnx);
    }

    /// <summary>The network.</summary>
    public Architecture Architecture { get; }

    /// <summary>The names of the classes, in the order of the scores.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>What every epoch of its training did; empty for a loaded one.</summary>
    public IReadOnlyList<EpochReport> Epochs { get; }

    /// <summary>What its training had to say, one sentence each: that it diverged, or learned nothing. Empty when all is well, and for a loaded one.</summary>
    public IReadOnlyList<string> TrainingWarnings { get; }

    /// <summary>Whether its network computes in int8; then it has no weights that could be taken out.</summary>
    public bool IsQuantized { get; }

    /// <summary>What <see cref="Quantize"/> did, brought and cost; null for a float32 one and for a loaded one.</summary>
    public QuantizationReport? Quantization { get; private init; }

    /// <summary>The columns that it reads and writes.</summary>
    internal ScoringColumns Columns { get; }

    /// <summary>Whether every row is scored by itself: always.</summary>
    public bool IsRowToRowMapper => _chain.IsRowToRowMapper;

    /// <summary>Finds the trained part of a saved pipeline and makes it whole again.</summary>
    /// <param name="mlContext">The context to score in.</param>
    /// <param name="modelZip">A file that <c>mlContext.Model.Save</c> wrote, with a ResNeXt anywhere in the pipeline; the last one counts.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not a saved model, is damaged, or has no ResNeXt in it.</exception>
    public static ResNeXtTransformer Load(MLContext mlContext, string modelZip)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        return Load(mlContext, ModelZip.ReadOnnx(modelZip), modelZip);
    }

    /// <summary>Finds the trained part of a saved pipeline and makes it whole again.</summary>
    /// <param name="mlContext">The context to score in.</param>
    /// <param name="modelZip">The content of a file that <c>mlContext.Model.Save</c> wrote, from its beginning; left open.</param>
    /// <exception cref="InvalidDataException">The content is not a saved model, is damaged, or has no ResNeXt in it.</exception>
    public static ResNeXtTransformer Load(MLContext mlContext, Stream modelZip)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        return Load(mlContext, ModelZip.ReadOnnx(modelZip, "stream"), "stream");
    }

    /// <summary>Makes a scorer from a file with weights, without training.</summary>
    /// <param name="mlContext">The context to score in.</param>
    /// <param name="architecture">The network, a name that <see cref="Architectures.All"/> lists.</param>
    /// <param name="weights">The file: .safetensors, PyTorch's, or an .onnx of ours.</param>
    /// <param name="options">Classes, columns and pixels; null for the defaults.</param>
    /// <exception cref="ArgumentException">The architecture is unknown, or an option is out of range.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or is for another network.</exception>
    public static ResNeXtTransformer FromWeights(MLContext mlContext, string architecture, string weights, WeightsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        ArgumentNullException.ThrowIfNull(weights);
        options ??= new WeightsOptions();
        Architecture network = Architectures.Get(architecture);
        StateDict file = WeightFile.Read(weights);
        ClassifierModel model = options.Model(network, file, weights);
        var input = new FeatureInput(options.FeatureColumnName, options.FeatureIsImage, options.PixelLayout, model.Shape);
        var columns = new ScoringColumns(input, options.ScoreColumnName, options.PredictedLabelColumnName, LabelKeys.OfText(model.ClassNames));
        model = columns.AddTo(model);
        return new(MLServices.Of(mlContext), model, columns, OnnxExporter.Write(model, ScoringChain.Surface(columns)));
    }

    /// <summary>Makes a transformer whose network computes in int8: a quarter of the size, and faster on CPUs that have instructions for it.</summary>
    /// <param name="calibrationData">
    /// Some hundred rows like those to be scored, with this transformer's feature column; at most <see cref="QuantizationOptions.MaximumImages"/> are drawn.
    /// </param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="labelColumnName">
    /// A key column with the classes, by which accuracy is measured. Where there is no such column, what counts is that predictions stay the same.
    /// </param>
    /// <returns>The new transformer, saved, loaded and scored like this one; its <see cref="Quantization"/> says what was lost and won. The caller disposes of both.</returns>
    /// <exception cref="ArgumentException">Options are out of range, all mistakes are listed; or a pixel is no finite number.</exception>
    /// <exception cref="InvalidOperationException">This one is quantised already, or the rows are not fit for it; the message says what to do.</exception>
    /// <exception cref="InvalidDataException">Weights or activations are no finite numbers.</exception>
    public ResNeXtTransformer Quantize(IDataView calibrationData, QuantizationOptions? options = null, string labelColumnName = "Label")
    {
        ArgumentNullException.ThrowIfNull(calibrationData);
        options ??= new QuantizationOptions();
        options.Validate();
        ClassifierModel model = ReadWithWeights();
        using ImageStore images = new CalibrationData(_services, Columns.Input, ClassNames, labelColumnName).Read(calibrationData, options);
        QuantizedClassifier quantized = QuantizedClassifier.Quantize(model, images, options);
        return new(_services, quantized.Model, Columns, quantized.Write(ScoringChain.Surface(Columns))) { Quantization = quantized.Report };
    }

    /// <summary>Writes the network as ONNX: input <c>Features</c>, N x C x H x W, on the scale of the feature column; outputs <c>logits</c>, <c>Score</c> and <c>PredictedLabel</c>.</summary>
    /// <param name="path">The file; one that exists is replaced, when the new one is whole.</param>
    /// <exception cref="DirectoryNotFoundException">Its folder does not exist.</exception>
    public void SaveOnnx(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ClassifierModel model = OnnxReader.ReadAny(_onnx);
        OnnxSignature surface = new(), inside = ScoringChain.Surface(Columns);
        byte[] onnx = model.IsQuantized ? OnnxIoRenamer.Apply(_onnx, inside, surface) : OnnxExporter.Write(model, surface);
        OnnxVerification.Compare(onnx, surface, _onnx, inside, model);
        AtomicFile.Write(path, onnx);
    }

    /// <summary>Copies the weights out, under torchvision's names, with what the model knows of itself.</summary>
    /// <exception cref="InvalidOperationException">It is quantised and has none.</exception>
    public StateDict GetWeights() => ReadWithWeights().Weights;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _chain.GetOutputSchema(inputSchema);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input) => _chain.Transform(input);

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => _chain.GetRowToRowMapper(inputSchema);

    /// <summary>Frees the ONNX session and deletes its file. Rows cannot be scored any more, nor the transformer saved: both throw
    /// <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _chain.Dispose();

    void ICanSaveModel.Save(ModelSaveContext ctx) => _chain.Save(ctx);

    /// <summary>The same classifier on decoded images, for one whose column holds encoded ones. The caller disposes of both.</summary>
    internal ResNeXtTransformer OnDecodedImages() =>
        new(_services, OnnxReader.ReadAny(_onnx), Columns with { Input = Columns.Input with { IsEncoded = false } }, _onnx);

    private static ResNeXtTransformer Load(MLContext mlContext, byte[] onnx, string name)
    {
        try
        {
            ClassifierModel model = OnnxReader.ReadAny(onnx);
            var columns = ScoringColumns.Of(model);
            if (model.HasOtherGraph)
                OnnxVerification.CheckRuns(onnx, model);
            return new(MLServices.Of(mlContext), model, columns, onnx);
        }
        // A file may hold anything that a chain of transformers cannot be built from.
        catch (Exception exception) when (ModelFailure.IsOfTheFile(exception))
        {
            throw ModelFailure.Of(name, exception);
        }
    }

    private ClassifierModel ReadWithWeights() => IsQuantized
        ? throw new InvalidOperationException("The model is quantized to int8 and holds no float32 weights; use the float32 model that it was made from.")
        : OnnxReader.Read(_onnx);

    /// <summary>Wraps a network that was just trained, once its export computes what it computes.</summary>
    internal static ResNeXtTransformer Of(MLServices services, ClassifierModel model, ResidualNetwork network, TrainingResult training)
    {
        ScoringColumns columns = ScoringColumns.Of(model);
        OnnxSignature surface = ScoringChain.Surface(columns);
        byte[] onnx = OnnxExporter.Write(model, surface);
        OnnxVerification.Compare(onnx, surface, network, model);
        return new(services, model, columns, onnx, training);
    }
}
