using Microsoft.ML;
using ResNeXt.Core;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet;

/// <summary>Adds ResNeXt to <c>mlContext.MulticlassClassification.Trainers</c>.</summary>
public static class ResNeXtCatalog
{
    /// <summary>Makes a trainer of ResNet and ResNeXt image classifiers with everything else at its default.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="labelColumnName">A key column.</param>
    /// <param name="featureColumnName">A column of images, or of float vectors with pixels as <c>ExtractPixels</c> makes them.</param>
    /// <param name="architecture">A name that <see cref="Core.Architectures.All"/> lists.</param>
    /// <exception cref="ArgumentException">The architecture is unknown, or a column name is empty.</exception>
    public static ResNeXtTrainer ResNeXt(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = "Label", string featureColumnName = "Features", string architecture = "resnext50_32x4d") =>
        catalog.ResNeXt(new ResNeXtTrainer.Options { LabelColumnName = labelColumnName, FeatureColumnName = featureColumnName, Architecture = architecture });

    /// <summary>Makes a trainer of ResNet and ResNeXt image classifiers.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">How to train; copied, so that later changes have no effect.</param>
    /// <exception cref="ArgumentException">An option is out of range; all mistakes are listed.</exception>
    public static ResNeXtTrainer ResNeXt(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, ResNeXtTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new ResNeXtTrainer(MLServices.Of(catalog), options);
    }
}
