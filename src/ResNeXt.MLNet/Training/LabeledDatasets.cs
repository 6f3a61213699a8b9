using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using ResNeXt.Core.Files;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Schema;

namespace ResNeXt.MLNet.Training;

/// <summary>The training set and the validation set of one training, decoded and checked. Owns their images.</summary>
internal sealed class LabeledDatasets : IDisposable
{
    private readonly ImageStore _images;
    private readonly ImageStore? _validationImages;

    private LabeledDatasets(FeatureInput feature, LabelKeys labels, ImageStore images, ImageStore? validationImages)
    {
        Feature = feature;
        Labels = labels;
        Training = _images = images;
        Validation = _validationImages = validationImages;
    }

    /// <summary>How the feature column delivers pixels.</summary>
    public FeatureInput Feature { get; }

    /// <summary>The classes.</summary>
    public LabelKeys Labels { get; }

    /// <summary>The images to learn from.</summary>
    public IImageDataset Training { get; private set; }

    /// <summary>The images to choose the best epoch by; null if there are none.</summary>
    public IImageDataset? Validation { get; private set; }

    /// <summary>Checks the columns and reads all rows.</summary>
    /// <param name="services">The context.</param>
    /// <param name="settings">The trainer's settings.</param>
    /// <param name="input">The training rows.</param>
    /// <param name="log">The log, for warnings.</param>
    /// <exception cref="ArgumentException">The recipe crops images to a size that they or the network do not allow.</exception>
    /// <exception cref="InvalidOperationException">Columns or rows are not fit for training; the message says what to do.</exception>
    public static LabeledDatasets Read(MLServices services, TrainerSettings settings, IDataView input, IChannel log)
    {
        DataViewSchema.Column label = input.Schema.Find(settings.Columns.Label, ColumnNames.LabelOption);
        LabelKeys labels = label.Type is KeyDataViewType ? LabelKeys.Of(label) : throw ColumnSearch.NotAKey(label.Name, $"{label.Type}");
        TrainingSetChecks.CheckKeys(input, label, labels);
        // The trained network is scored as an ONNX model from a temporary file. If that cannot work, say so now, not after hours of training.
        OnnxExporter.CheckSize(settings.Architecture, labels.Names.Count);
        TemporaryStorage.Check();
        DataViewSchema.Column pixels = input.Schema.Find(settings.Columns.Feature, ColumnNames.FeatureOption);
        var feature = FeatureInput.Of(pixels, settings.Architecture, settings.ImageSize, settings.PixelLayout);
        feature = feature with { IsReduced = feature.IsEncoded };
        if (settings.Training.Recipe.Augmentation.FindCropError(feature.Shape, settings.Architecture.MinimumImageSize) is { } error)
            throw new ArgumentException(error);
        var reader = new TrainingData(services, settings, feature, log);
        ImageStore images = reader.Read(input, key => key);
        try
        {
            TrainingSetChecks.CheckClasses(images, labels, log);
            var datasets = new LabeledDatasets(feature, labels, images, ValidationSetReader.Read(reader, settings, feature, labels));
            datasets.SplitOff(settings.ValidationFraction, settings.Training.Seed);
            return datasets;
        }
        catch
        {
            images.Dispose();
            throw;
        }
    }

    /// <summary>Measures mean and standard deviation per channel, over the training rows including those set aside for validation.</summary>
    public PixelNormalization MeasureNormalization() => _images.MeasureNormalization();

    public void Dispose()
    {
        _images.Dispose();
        _validationImages?.Dispose();
    }

    private void SplitOff(float? validationFraction, int seed)
    {
        if (validationFraction is { } fraction)
            (Training, Validation) = ImageDatasetSubset.Split(_images, fraction, seed, nameof(TrainerSettings.ValidationFraction));
    }
}
