using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;
using ResNeXt.Core;
using ResNeXt.Core.Imaging;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Training;
using ResNeXt.Core.Weights;
using ResNeXt.MLNet.Schema;
using ResNeXt.MLNet.Scoring;
using ResNeXt.MLNet.Training;

namespace ResNeXt.MLNet;

/// <summary>Trains a ResNet or ResNeXt image classifier; made by <c>mlContext.MulticlassClassification.Trainers.ResNeXt(...)</c>.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>Type and meaning</description></listheader>
/// <item><term>Label (in)</term><description>Key; the classes. Rows without a label are left out.</description></item>
/// <item><term>Features (in)</term><description><c>MLImage</c>, or a vector of Single with the pixels, planar or interleaved, on any scale.</description></item>
/// <item><term>Score (out)</term><description>Vector of Single: one probability per class, slot names are the class names.</description></item>
/// <item><term>PredictedLabel (out)</term><description>Key with the label's key values: the most probable class.</description></item>
/// </list>
/// Trains with TorchSharp, so the application references TorchSharp-cpu; scores with ONNX Runtime. Normalisation happens inside the network.
/// Exportable to ONNX: yes. Needs no caching: the rows are read once.
/// </remarks>
public sealed partial class ResNeXtTrainer : IEstimator<ResNeXtTransformer>
{
    private readonly MLServices _services;
    private readonly Options _options;
    private readonly Architecture _architecture;
    private readonly int _seed;

    internal ResNeXtTrainer(MLServices services, Options options)
    {
        _options = options with { PixelMean = options.PixelMean?.ToArray(), PixelStd = options.PixelStd?.ToArray() };
        _options.Validate();
        _services = services;
        _architecture = Architectures.Get(_options.Architecture);
        _seed = _options.Seed ?? services.Environment.Register(nameof(ResNeXtTrainer)).Rand.Next();
    }

    /// <summary>Trains a network and wraps it for scoring.</summary>
    /// <param name="input">The training rows.</param>
    /// <returns>The fitted transformer; the caller disposes of it.</returns>
    /// <exception cref="InvalidOperationException">Columns or rows are not fit for training, or the loss diverged; the message says what to do.</exception>
    /// <exception cref="OperationCanceledException"><see cref="Options.CancellationToken"/> was cancelled.</exception>
    public ResNeXtTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using IChannel log = _services.Environment.Start(nameof(ResNeXtTrainer));
        DataViewSchema.Column label = Find(input.Schema, _options.LabelColumnName, nameof(Options.LabelColumnName));
        LabelKeys labels = Labels(label);
        CheckKeys(input, label, labels);
        var feature = FeatureInput.Of(
            Find(input.Schema, _options.FeatureColumnName, nameof(Options.FeatureColumnName)), _architecture, _options.ImageSize, _options.PixelLayout);
        using ImageStore images = Read(input, feature, key => key, log);
        CheckClasses(images, labels, log);
        using ImageStore? validationImages = ReadValidation(feature, labels, log);
        (IImageSource training, IImageSource? validation) = _options.ValidationFraction is { } fraction
            ? ImageSubset.Split(images, fraction, _seed)
            : ((IImageSource)images, (IImageSource?)validationImages);
        if (validation is { Count: 0 })
        {
            throw new InvalidOperationException($"ValidationFraction is {_options.ValidationFraction}, but no class has two images to set one of them aside. "
                + "Add images, or leave ValidationFraction out.");
        }

        using var network = new ResidualNetwork(_architecture, labels.Names.Count, _seed);
        PixelNormalization? ofWeights = LoadInitialWeights(network, log);
        PixelNormalization normalization = _options.Normalization ?? ofWeights ?? images.MeasureNormalization();
        IReadOnlyList<EpochReport> epochs = Train(network, normalization, training, validation, log);
        var columns = new ScoringColumns(feature, _options.ScoreColumnName, _options.PredictedLabelColumnName, labels);
        return ResNeXtTransformer.Of(_services, columns.AddTo(new ClassifierModel
        {
            Architecture = _architecture,
            Weights = network.GetWeights(),
            ClassNames = labels.Names,
            Shape = feature.Shape,
            Normalization = normalization,
        }), network, epochs);
    }

    /// <summary>The columns after the transformer, before anything is trained.</summary>
    /// <param name="inputSchema">The columns before it.</param>
    /// <exception cref="InvalidOperationException">A column is missing or has the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaShape.Column label = Find(inputSchema, _options.LabelColumnName, nameof(Options.LabelColumnName));
        if (!label.IsKey || label.Kind != SchemaShape.Column.VectorKind.Scalar)
            throw NotAKey(label.Name, label.Kind == SchemaShape.Column.VectorKind.Scalar ? $"{label.ItemType}" : $"{label.Kind} of {label.ItemType}");
        SchemaShape.Column feature = Find(inputSchema, _options.FeatureColumnName, nameof(Options.FeatureColumnName));
        if (feature.ItemType is not ImageDataViewType && (feature.ItemType.RawType != typeof(float) || feature.Kind != SchemaShape.Column.VectorKind.Vector))
            throw new InvalidOperationException($"The feature column '{feature.Name}' has the type {feature.Kind} of {feature.ItemType}; ResNeXt takes images (MLImage, from LoadImages) or vectors of floats with a known size (from ExtractPixels). Add one of them before it, or name another column.");
        return OutputColumns(label).GetOutputSchema(inputSchema);
    }

    // A SchemaShape.Column cannot be made outside ML.NET; these stock steps make columns of exactly our outputs' kinds: slot names are always text,
    // key values those of the label, or text where it has none.
    private IEstimator<ITransformer> OutputColumns(SchemaShape.Column label)
    {
        TransformsCatalog.ConversionTransforms conversion = _services.Transforms.Conversion;
        string score = _options.ScoreColumnName, predicted = _options.PredictedLabelColumnName;
        var steps = conversion.ConvertType(score, label.Name, DataKind.String)
            .Append(conversion.MapValueToKey(score)).Append(conversion.MapKeyToVector(score));
        return label.Annotations.Any(annotation => annotation.Name == "KeyValues")
            ? steps.Append(conversion.MapValueToKey(predicted, label.Name))
            : steps.Append(conversion.ConvertType(predicted, label.Name, DataKind.String)).Append(conversion.MapValueToKey(predicted));
    }

    private ImageStore Read(IDataView data, FeatureInput feature, Func<int, int> classOf, IChannel log)
    {
        (ImageStore images, int withoutLabel) = new TrainingData(_services, feature, _options.LabelColumnName)
            .Read(data, _options.CacheSizeInMegabytes * 1024L * 1024, classOf, _options.CancellationToken);
        if (withoutLabel > 0)
            log.Warning(MessageSensitivity.None, string.Create(CultureInfo.InvariantCulture, $"{withoutLabel} rows without a label were left out."));
        return images;
    }

    // Keys of one class are a mistake, but of which kind? An empty view gives MapValueToKey no value to make a second key of.
    private static void CheckKeys(IDataView data, DataViewSchema.Column label, LabelKeys labels)
    {
        if (labels.Names.Count > 1)
            return;
        using DataViewRowCursor cursor = data.GetRowCursor([label]);
        throw cursor.MoveNext()
            ? new InvalidOperationException($"The label column '{label.Name}' has the single class '{labels.Names.FirstOrDefault()}'; "
                + "at least 2 classes are needed. Add images of other classes.")
            : TooFewImages(0);
    }

    private static InvalidOperationException TooFewImages(int count) =>
        new($"The training set has {(count == 0 ? "no labelled image" : "a single labelled image")}; at least 2 are needed. "
            + "Check the path and the filters before the trainer.");

    private static void CheckClasses(ImageStore images, LabelKeys labels, IChannel log)
    {
        if (images.Count < 2)
            throw TooFewImages(images.Count);
        var used = Enumerable.Range(0, images.Count).Select(images.Label).ToHashSet();
        if (used.Count == 1)
            throw new InvalidOperationException($"All {images.Count} training images are of the single class '{labels.Names[used.Single()]}'; at least 2 classes are needed. Add images of other classes.");
        foreach (string name in labels.Names.Where((_, index) => !used.Contains(index)))
            log.Warning(MessageSensitivity.UserData, $"The class '{name}' has no training image; it will hardly ever be predicted.".Replace("{", "{{").Replace("}", "}}"));
    }

    private ImageStore? ReadValidation(FeatureInput feature, LabelKeys labels, IChannel log)
    {
        if (_options.ValidationSet is not { } data)
            return null;
        DataViewSchema.Column label = FindInValidationSet(data.Schema, _options.LabelColumnName);
        DataViewSchema.Column pixels = FindInValidationSet(data.Schema, _options.FeatureColumnName);
        var ofSet = FeatureInput.Of(pixels, _architecture, _options.ImageSize, _options.PixelLayout);
        if (feature.IsImage != ofSet.IsImage || (!feature.IsImage && feature != ofSet))
            throw new InvalidOperationException($"The column '{feature.ColumnName}' of the validation set holds {ofSet.Shape} ({(ofSet.IsImage ? "images" : ofSet.Layout)}), that of the training set {feature.Shape} ({(feature.IsImage ? "images" : feature.Layout)}). Prepare both with the same transforms.");
        if (label.Type is not KeyDataViewType)
        {
            throw new InvalidOperationException($"The label column '{label.Name}' of the validation set has the type {label.Type}; "
                + "ResNeXt needs a key there too. Prepare both sets with the same transforms.");
        }
        LabelKeys keys = LabelKeys.Of(label);
        var classes = labels.Names.Select((name, index) => (name, index)).ToDictionary(item => item.name, item => item.index, StringComparer.Ordinal);
        ImageStore images = Read(data, feature, key => classes.TryGetValue(keys.Names[key], out int index)
            ? index
            : throw new InvalidOperationException($"The validation set has the class '{keys.Names[key]}', which the training set does not know ({Some(labels.Names)}). Remove its rows, or add training images of it."), log);
        if (images.Count > 0)
            return images;
        images.Dispose();
        throw new InvalidOperationException("The validation set has no labelled image. Leave ValidationSet out, or check its path and filters.");
    }

    private PixelNormalization? LoadInitialWeights(ResidualNetwork network, IChannel log)
    {
        if (_options.InitialWeights is not { } path)
            return null;
        WeightSet file = WeightFile.Read(path);
        WeightMatch match = WeightMatching.For(_architecture, network.Classes, file, path);
        network.SetWeights(match.Weights);
        foreach (string note in match.Notes)
            log.Info(MessageSensitivity.None, note.Replace("{", "{{").Replace("}", "}}"));
        return ModelMetadata.Normalization(file.Metadata) ?? PixelNormalization.ImageNet;
    }

    private IReadOnlyList<EpochReport> Train(ResidualNetwork network, PixelNormalization normalization, IImageSource training, IImageSource? validation, IChannel log)
    {
        TrainingOptions options = _options.Training(_seed);
        CheckpointFolder? checkpoints = _options.CheckpointDirectory is { } folder
            ? new(folder, _options.Resume, CheckpointFolder.Identity(_architecture, options, normalization, training, validation))
            : null;
        return new ClassifierTrainer(network, normalization, options)
            .Train(training, validation, new Report(log, _options.Progress), checkpoints, _options.CancellationToken);
    }

    private static LabelKeys Labels(DataViewSchema.Column column)
    {
        if (column.Type is not KeyDataViewType)
            throw NotAKey(column.Name, $"{column.Type}");
        return LabelKeys.Of(column);
    }

    private static InvalidOperationException NotAKey(string column, string type) =>
        new($"The label column '{column}' has the type {type}; ResNeXt needs a key. Add Conversion.MapValueToKey(\"{column}\") before it.");

    private static DataViewSchema.Column Find(DataViewSchema schema, string name, string option) =>
        schema.GetColumnOrNull(name) ?? throw Missing(name, option, schema.Select(column => column.Name));

    private static DataViewSchema.Column FindInValidationSet(DataViewSchema schema, string name) =>
        schema.GetColumnOrNull(name) ?? throw new InvalidOperationException(
            $"The validation set has no column '{name}', only {Some([.. schema.Select(column => column.Name)])}. Prepare both sets with the same transforms.");

    private static SchemaShape.Column Find(SchemaShape schema, string name, string option) =>
        schema.Any(column => column.Name == name)
            ? schema.First(column => column.Name == name)
            : throw Missing(name, option, schema.Select(column => column.Name));

    private static InvalidOperationException Missing(string name, string option, IEnumerable<string> present) =>
        new($"There is no column '{name}', which {option} names; there are {Some([.. present])}. Name one of them, or add the column before ResNeXt.");

    private static string Some(IReadOnlyCollection<string> names) =>
        $"'{string.Join("', '", names.Take(10))}'{(names.Count > 10 ? $" and {names.Count - 10} more" : "")}";

    // Log first: a listener that throws ends the training, and the log shows how far it was.
    private sealed class Report(IChannel log, IProgress<EpochReport>? listener) : IProgress<EpochReport>
    {
        void IProgress<EpochReport>.Report(EpochReport value)
        {
            string validation = value.ValidationAccuracy is null ? "" : $", validation loss {value.ValidationLoss:F4}, accuracy {value.ValidationAccuracy:P2}";
            log.Info(MessageSensitivity.None, string.Create(CultureInfo.InvariantCulture,
                $"Epoch {value.Epoch} of {value.MaxEpochs}: loss {value.TrainLoss:F4}, accuracy {value.TrainAccuracy:P2}{validation}, rate {value.LearningRate:G4}, {value.ImagesPerSecond:F1} images/s"));
            listener?.Report(value);
        }
    }
}
