using Microsoft.ML;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet;

/// <summary>Extension methods of <c>mlContext.MulticlassClassification.Trainers</c> that create ResNeXt trainers.</summary>
public static class ResNeXtCatalog
{
    /// <summary>Creates a <see cref="ResNeXtTrainer"/>, which trains a ResNet or ResNeXt to classify images, with default options.</summary>
    /// <param name="catalog">The trainers catalog.</param>
    /// <param name="labelColumnName">The name of the label column, a key column.</param>
    /// <param name="featureColumnName">
    /// The name of the feature column: images, bytes of image files, or vectors of pixels as <c>ExtractPixels</c> makes.
    /// </param>
    /// <param name="architecture">The name of the network, one of <see cref="Core.Architectures.All"/>.</param>
    /// <exception cref="ArgumentException">The architecture is unknown, or a column name is empty.</exception>
    public static ResNeXtTrainer ResNeXt(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = "Label", string featureColumnName = "Features", string architecture = "resnext50_32x4d") =>
        catalog.ResNeXt(new ResNeXtTrainer.Options
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            Architecture = architecture,
        });

    /// <summary>Creates a <see cref="ResNeXtTrainer"/>, which trains a ResNet or ResNeXt to classify images.</summary>
    /// <param name="catalog">The trainers catalog.</param>
    /// <param name="options">The options of the trainer, which are copied: later changes have no effect.</param>
    /// <exception cref="ArgumentException">Options are out of range; all of them are listed.</exception>
    public static ResNeXtTrainer ResNeXt(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, ResNeXtTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new ResNeXtTrainer(MLServices.Of(catalog), options);
    }
}
