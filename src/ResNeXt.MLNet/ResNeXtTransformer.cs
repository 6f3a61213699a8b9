using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core;
using ResNeXt.Core.Files;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Probabilities;
using ResNeXt.Core.Quantization;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Training;
using ResNeXt.Core.Weights.Pretrained;
using ResNeXt.MLNet.Explanation;
using ResNeXt.MLNet.OutOfDistribution;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Prediction;
using ResNeXt.MLNet.Quantization;
using ResNeXt.MLNet.Schema;
using ResNeXt.MLNet.Scoring;
using ResNeXt.MLNet.Scoring.Columns;

namespace ResNeXt.MLNet;

/// <summary>The <see cref="ITransformer"/> that scores images with a trained ResNet or ResNeXt.</summary>
/// <remarks>
/// It runs in ONNX Runtime and does not need libtorch. It wraps a chain of transformers and delegates everything to it, saving included, so a saved
/// pipeline contains that chain, and <c>mlContext.Model.Load</c> loads it. Until it is disposed of, it owns an ONNX Runtime session and a temporary
/// file in <c>MLContext.TempFilePath</c>.
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
        Distance = FeatureDistance.Of(model.Notes, model.ClassNames.Count);
        Epochs = training?.Epochs ?? [];
        TrainingWarnings = training?.Warnings ?? [];
        _chain = ScoringChain.Build(services, columns, model.ClassNames, onnx, nameof(ResNeXtTransformer));
    }

    /// <summary>The architecture of the network.</summary>
    public Architecture Architecture { get; }

    /// <summary>The names of the classes, in the order of the scores.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The name of the column that it reads: images, the bytes of image files, or vectors of pixels.</summary>
    public string FeatureColumnName => Columns.Input.ColumnName;

    /// <summary>The reports of the training, one per epoch; empty unless the transformer was just trained.</summary>
    public IReadOnlyList<EpochReport> Epochs { get; }

    /// <summary>
    /// The warnings of the training, one sentence each, for example that the network learned nothing; empty if there are none, and unless the
    /// transformer was just trained.
    /// </summary>
    public IReadOnlyList<string> TrainingWarnings { get; }

    /// <summary>
    /// How far the probabilities can be relied on, measured on the validation rows, and what temperature scaling brings
    /// (<see cref="ResNeXtTrainer.Options.CalibrateProbabilities"/>); null without validation rows, and unless the transformer was just trained.
    /// </summary>
    public ProbabilityCalibration? Calibration { get; private init; }

    /// <summary>Whether the network computes in int8; such a network has no float32 weights.</summary>
    public bool IsQuantized { get; }

    /// <summary>The report of <see cref="Quantize"/>; null unless this transformer was just made by it.</summary>
    public QuantizationReport? Quantization { get; private init; }

    /// <summary>How far images are from those of the classes; null if the model was saved without.</summary>
    internal FeatureDistance? Distance { get; }

    /// <summary>The columns that the transformer reads and writes.</summary>
    internal ScoringColumns Columns { get; }

    /// <summary>Always true: each row is scored independently of the others.</summary>
    public bool IsRowToRowMapper => _chain.IsRowToRowMapper;

    /// <summary>Loads the ResNeXt in a saved pipeline, without the pipeline's other steps.</summary>
    /// <param name="mlContext">The context to score in.</param>
    /// <param name="modelZip">
    /// The path of a file that <c>mlContext.Model.Save</c> wrote. If its pipeline contains more than one ResNeXt, the last one is loaded.
    /// </param>
    /// <returns>The transformer; the caller disposes of it.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not a saved model, is damaged, or contains no ResNeXt.</exception>
    public static ResNeXtTransformer Load(MLContext mlContext, string modelZip)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        return Load(mlContext, ModelZip.ReadOnnx(modelZip), modelZip);
    }

    /// <summary>Loads the ResNeXt in a saved pipeline, without the pipeline's other steps.</summary>
    /// <param name="mlContext">The context to score in.</param>
    /// <param name="modelZip">A stream at the beginning of a file that <c>mlContext.Model.Save</c> wrote; it is left open.</param>
    /// <returns>The transformer; the caller disposes of it.</returns>
    /// <exception cref="InvalidDataException">The content is not a saved model, is damaged, or contains no ResNeXt.</exception>
    public static ResNeXtTransformer Load(MLContext mlContext, Stream modelZip)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        return Load(mlContext, ModelZip.ReadOnnx(modelZip, "stream"), "stream");
    }

    /// <summary>Makes a transformer from a file with weights, without training.</summary>
    /// <param name="mlContext">The context to score in.</param>
    /// <param name="architecture">The name of the network, one of <see cref="Architectures.All"/>.</param>
    /// <param name="weights">
    /// The path of the file: <c>.safetensors</c>, PyTorch's, or <c>.onnx</c>; or <c>pretrained</c>, or the name of one of
    /// <see cref="PretrainedWeights.All"/>, for a network that knows the classes of ImageNet.
    /// </param>
    /// <param name="options">The classes, columns and pixels; null for the defaults.</param>
    /// <returns>The transformer; the caller disposes of it.</returns>
    /// <exception cref="ArgumentException">The architecture is unknown, or options are out of range; all of them are listed.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or the weights are another network's.</exception>
    public static ResNeXtTransformer FromWeights(MLContext mlContext, string architecture, string weights, WeightsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        // Before the file is read, which may take a while.
        Architectures.Get(architecture);
        return FromFile(mlContext, architecture, weights, options ?? new WeightsOptions());
    }

    /// <summary>Makes a transformer from weights that say which network they are for, without training.</summary>
    /// <param name="mlContext">The context to score in.</param>
    /// <param name="weights">
    /// <c>pretrained</c>, or the name of one of <see cref="PretrainedWeights.All"/>, for a network that knows the classes of ImageNet; or the path of a
    /// file that names its network, such as an <c>.onnx</c> file or a saved model.
    /// </param>
    /// <param name="options">The classes, columns and pixels; null for the defaults.</param>
    /// <returns>The transformer; the caller disposes of it.</returns>
    /// <exception cref="ArgumentException">The name is unknown, or options are out of range; all of them are listed.</exception>
    /// <exception cref="FileNotFoundException">There is no such file, and none may be downloaded; the message says where to put it.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or does not say which network it is for.</exception>
    public static ResNeXtTransformer FromWeights(MLContext mlContext, string weights, WeightsOptions? options = null) =>
        FromFile(mlContext, architecture: null, weights, options ?? new WeightsOptions());

    private static ResNeXtTransformer FromFile(MLContext mlContext, string? architecture, string weights, WeightsOptions options)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        ArgumentNullException.ThrowIfNull(weights);
        LoadedWeights file = LoadedWeights.Read(weights, architecture, options.Pretrained, needsClasses: true);
        ClassifierModel model = options.ToModel(file.RequiredArchitectureFor(architecture), file);
        // ML.NET extracts the pixels of images in this order.
        PixelLayout layout = options.FeatureIsImage ? PixelLayout.Planar : options.PixelLayout;
        var input = new FeatureInput(options.FeatureColumnName, options.FeatureIsImage, layout, model.Shape);
        var columns = new ScoringColumns(input, options.ScoreColumnName, options.PredictedLabelColumnName, LabelKeys.OfText(model.ClassNames));
        model = columns.AddTo(model);
        return new(MLServices.Of(mlContext), model, columns, OnnxExporter.Write(model, ScoringChain.Signature(columns)));
    }

    /// <summary>
    /// Makes a transformer whose network computes with 8-bit integers (post-training quantization): it has a quarter of the size, and is faster on
    /// CPUs with instructions for int8.
    /// </summary>
    /// <param name="calibrationData">
    /// The calibration set: some hundred rows like those to be scored, with this transformer's feature column. At most
    /// <see cref="QuantizationOptions.MaximumImages"/> of them are drawn at random.
    /// </param>
    /// <param name="options">The options of the quantization; null for the defaults.</param>
    /// <param name="labelColumnName">
    /// The name of a key column with the classes, to measure the accuracy with. If there is no such column, the share of unchanged predictions is
    /// measured instead.
    /// </param>
    /// <returns>
    /// The new transformer, which is used and saved like this one; <see cref="Quantization"/> reports its size and accuracy. The caller disposes of
    /// both.
    /// </returns>
    /// <exception cref="ArgumentException">Options are out of range, and all of them are listed; or a pixel or a weight is not finite.</exception>
    /// <exception cref="InvalidOperationException">
    /// The network is quantized already, or the rows are not fit for calibration; the message says what to do.
    /// </exception>
    /// <exception cref="InvalidDataException">Activations are not finite.</exception>
    public ResNeXtTransformer Quantize(IDataView calibrationData, QuantizationOptions? options = null, string labelColumnName = "Label")
    {
        ArgumentNullException.ThrowIfNull(calibrationData);
        options ??= new QuantizationOptions();
        options.Validate();
        ClassifierModel model = ReadWithWeights();
        using ImageStore images = new CalibrationData(_services, Columns.Input, ClassNames, labelColumnName).Read(calibrationData, options);
        QuantizedClassifier quantized = QuantizedClassifier.Quantize(model, images, options);
        return new(_services, quantized.Model, Columns, quantized.Write(ScoringChain.Signature(Columns))) { Quantization = quantized.Report };
    }

    /// <summary>
    /// Exports the network to an ONNX file. Its input is <c>Features</c>, N x C x H x W, on the scale of the feature column; its outputs are
    /// <c>logits</c>, <c>Score</c> and <c>PredictedLabel</c>.
    /// </summary>
    /// <param name="path">The path of the file. An existing file is replaced once the new one is complete.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    public void SaveOnnx(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ClassifierModel model = OnnxReader.ReadAny(_onnx);
        OnnxSignature signature = new(), inside = ScoringChain.Signature(Columns);
        byte[] onnx = model.IsQuantized ? OnnxIoRenamer.Apply(_onnx, inside, signature) : OnnxExporter.Write(model, signature);
        OnnxVerification.Compare(onnx, signature, _onnx, inside, model);
        AtomicFile.Write(path, onnx);
    }

    /// <summary>Copies the weights, under torchvision's names, with metadata such as the class names.</summary>
    /// <exception cref="InvalidOperationException">The network is quantized and has no float32 weights.</exception>
    public StateDict GetWeights() => ReadWithWeights().Weights;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _chain.GetOutputSchema(inputSchema);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input) => _chain.Transform(input);

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => _chain.GetRowToRowMapper(inputSchema);

    /// <summary>
    /// Frees the ONNX Runtime session and deletes its file. Scoring rows, also of views that <see cref="Transform"/> returned before, and saving then
    /// throw <see cref="ObjectDisposedException"/>.
    /// </summary>
    public void Dispose() => _chain.Dispose();

    void ICanSaveModel.Save(ModelSaveContext ctx) => _chain.Save(ctx);

    /// <summary>Makes the same classifier for a column of decoded images, from one for encoded images. The caller disposes of both.</summary>
    internal ResNeXtTransformer OnDecodedImages() =>
        new(_services, OnnxReader.ReadAny(_onnx), Columns with { Input = Columns.Input with { IsEncoded = false } }, _onnx);

    /// <summary>Opens a session of its own, which also gives features if the model has distances; null on a GPU.</summary>
    /// <param name="threads">The number of threads that compute an image together; null for one per core.</param>
    internal SessionScorer? TryCreateSessionScorer(int? threads) => OnnxStep.IsOnGpu(_services) ? null
        : new(_services, Columns, _onnx, Distance is null ? null : OnnxReader.ReadForScoring(_onnx).Features, threads, IsQuantized);

    /// <summary>Makes what computes class activation maps for images; the caller disposes of it. It does not need the transformer afterwards.</summary>
    /// <param name="threads">The number of threads that compute an image together; null for one per core.</param>
    /// <exception cref="NotSupportedException">The graph does not end like those that this library writes.</exception>
    internal ClassActivation CreateClassActivation(int? threads) => new(_services, Columns.Input.Shape, _onnx, threads);

    /// <summary>Makes a transformer from the network of a saved pipeline.</summary>
    /// <param name="mlContext">The context to score in.</param>
    /// <param name="onnx">The network as an ONNX model.</param>
    /// <param name="name">The name of the file in messages.</param>
    internal static ResNeXtTransformer Load(MLContext mlContext, byte[] onnx, string name) => ModelFailure.Explained(name, () =>
    {
        ClassifierModel model = OnnxReader.ReadAny(onnx);
        var columns = ScoringColumns.Of(model);
        if (model.HasOtherGraph)
            OnnxVerification.CheckRuns(onnx, model);
        return new ResNeXtTransformer(MLServices.Of(mlContext), model, columns, onnx);
    });

    private ClassifierModel ReadWithWeights() => IsQuantized
        ? throw new InvalidOperationException($"The model {OnnxReader.NoWeights}.")
        : OnnxReader.Read(_onnx);

    /// <summary>Exports a network that was just trained, checks that the export gives the same scores, and makes a transformer from it.</summary>
    /// <param name="services">The context.</param>
    /// <param name="model">The network's weights with classes and columns.</param>
    /// <param name="network">The network.</param>
    /// <param name="training">The reports of the training.</param>
    /// <param name="calibration">The calibration of the probabilities; null if it was not measured.</param>
    internal static ResNeXtTransformer Of(
        MLServices services, ClassifierModel model, ResidualNetwork network, TrainingResult training, ProbabilityCalibration? calibration)
    {
        ScoringColumns columns = ScoringColumns.Of(model);
        OnnxSignature signature = ScoringChain.Signature(columns);
        byte[] onnx = OnnxExporter.Write(model, signature);
        OnnxVerification.Compare(onnx, signature, network, model);
        return new(services, model, columns, onnx, training) { Calibration = calibration };
    }
}
