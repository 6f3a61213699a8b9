using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using ResNeXt.Core;
using ResNeXt.Core.Files;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Schema;
using ResNeXt.MLNet.Scoring;
using static System.FormattableString;

namespace ResNeXt.MLNet.Training;

/// <summary>The training and validation images of one training, read and checked; owns them.</summary>
internal sealed class LabeledSets : IDisposable
{
    private readonly ImageStore _images;
    private readonly ImageStore? _validationImages;

    private LabeledSets(FeatureInput feature, LabelKeys labels, ImageStore images, ImageStore? validationImages)
    {
        Feature = feature;
        Labels = labels;
        Training = _images = images;
        Validation = _validationImages = validationImages;
    }

    /// <summary>How the feature column delivers the pixels.</summary>
    public FeatureInput Feature { get; }

    /// <summary>The classes.</summary>
    public LabelKeys Labels { get; }

    public IImageDataset Training { get; private set; }

    public IImageDataset? Validation { get; private set; }

    /// <summary>Reads all rows.</summary>
    /// <exception cref="InvalidOperationException">Columns or rows are not fit for training; the message says what to do.</exception>
    public static LabeledSets Read(
        MLServices services, ResNeXtTrainer.Options options, Architecture architecture, int seed, IDataView input, IChannel log)
    {
        DataViewSchema.Column label = input.Schema.Find(options.LabelColumnName, nameof(options.LabelColumnName));
        LabelKeys labels = label.Type is KeyDataViewType ? LabelKeys.Of(label) : throw ColumnSearch.NotAKey(label.Name, $"{label.Type}");
        TrainingChecks.Keys(input, label, labels);
        // What is trained is scored as ONNX, out of a temporary file: hours later it would be too late to say that this cannot be.
        OnnxExporter.CheckSize(architecture, labels.Names.Count);
        TemporaryStorage.Check();
        var feature = FeatureInput.Of(
            input.Schema.Find(options.FeatureColumnName, nameof(options.FeatureColumnName)), architecture, options.ImageSize, options.PixelLayout);
        var reader = new SetReader(services, options, feature, log);
        ImageStore images = reader.Read(input, key => key);
        try
        {
            TrainingChecks.Classes(images, labels, log);
            var sets = new LabeledSets(feature, labels, images, ValidationReader.Read(reader, options, architecture, feature, labels));
            sets.Split(options.ValidationFraction, seed);
            return sets;
        }
        catch
        {
            images.Dispose();
            throw;
        }
    }

    /// <summary>Mean and standard deviation per channel, over the training rows and what is set aside of them.</summary>
    public PixelNormalization MeasureNormalization() => _images.MeasureNormalization();

    public void Dispose()
    {
        _images.Dispose();
        _validationImages?.Dispose();
    }

    private void Split(float? fraction, int seed)
    {
        if (fraction is not null)
            (Training, Validation) = ImageDatasetSubset.Split(_images, fraction.Value, seed, nameof(ResNeXtTrainer.Options.ValidationFraction));
    }
}
