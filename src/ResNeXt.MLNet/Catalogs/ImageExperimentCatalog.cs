using Microsoft.ML;
using ResNeXt.MLNet.Experiments;

namespace ResNeXt.MLNet;

/// <summary>Adds the comparison of image classifiers to <c>mlContext.MulticlassClassification</c>.</summary>
public static class ImageExperimentCatalog
{
    /// <summary>Makes an experiment that trains and ranks image classifiers.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="settings">What to try and for how long; null for the defaults.</param>
    /// <exception cref="ArgumentException">A setting is out of range; all mistakes are listed.</exception>
    public static ImageExperiment CreateImageExperiment(this MulticlassClassificationCatalog catalog, ImageExperimentOptions? settings = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new ImageExperiment(catalog, settings ?? new ImageExperimentOptions());
    }

    /// <summary>Makes an experiment that trains and ranks image classifiers, with a time limit and everything else at its default.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="maxExperimentTimeInSeconds">When to stop.</param>
    /// <exception cref="ArgumentException">The time is out of range.</exception>
    public static ImageExperiment CreateImageExperiment(this MulticlassClassificationCatalog catalog, uint maxExperimentTimeInSeconds) =>
        catalog.CreateImageExperiment(new ImageExperimentOptions { MaxExperimentTimeInSeconds = maxExperimentTimeInSeconds });
}
