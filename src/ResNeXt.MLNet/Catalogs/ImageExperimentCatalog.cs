using Microsoft.ML;
using ResNeXt.MLNet.Experiments;

namespace ResNeXt.MLNet;

/// <summary>Extension methods of <c>mlContext.MulticlassClassification</c> that compare image classifiers.</summary>
public static class ImageExperimentCatalog
{
    /// <summary>Creates an experiment that trains and ranks image classifiers.</summary>
    /// <param name="catalog">The multiclass classification catalog.</param>
    /// <param name="options">The options of the experiment; null for the defaults.</param>
    /// <exception cref="ArgumentException">Options are out of range; all of them are listed.</exception>
    public static ImageExperiment CreateImageExperiment(this MulticlassClassificationCatalog catalog, ImageExperimentOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new ImageExperiment(catalog, options ?? new ImageExperimentOptions());
    }

    /// <summary>Creates an experiment that trains and ranks image classifiers, with a time limit and default options otherwise.</summary>
    /// <param name="catalog">The multiclass classification catalog.</param>
    /// <param name="maxExperimentTimeInSeconds">The time limit in seconds. From 1 to 4,000,000.</param>
    /// <exception cref="ArgumentException">The time is out of range.</exception>
    public static ImageExperiment CreateImageExperiment(this MulticlassClassificationCatalog catalog, uint maxExperimentTimeInSeconds) =>
        catalog.CreateImageExperiment(new ImageExperimentOptions { MaxExperimentTimeInSeconds = maxExperimentTimeInSeconds });
}
