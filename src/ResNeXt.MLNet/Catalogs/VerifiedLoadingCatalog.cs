using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using ResNeXt.Core;
using ResNeXt.Core.Files;
using ResNeXt.Core.Onnx;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Scoring;

namespace ResNeXt.MLNet;

/// <summary>An extension method of <c>mlContext.Model</c> that loads files that may be damaged.</summary>
public static class VerifiedLoadingCatalog
{
    /// <summary>
    /// Loads a model of any kind like <c>Load</c>, after checking every part of the file against its checksum. <c>Load</c> itself does not check
    /// them, so a damaged file may load and score incorrectly. <c>Load</c> also fails once in 32,768 times, because of the random name of a temporary
    /// file; this method then loads again. Models that resize images to more than <see cref="Architecture.MaximumImageSize"/> are
    /// refused.
    /// </summary>
    /// <param name="catalog">The model operations catalog.</param>
    /// <param name="path">The path of a file that <c>mlContext.Model.Save</c> wrote.</param>
    /// <param name="inputSchema">The columns of the data that the model takes; null if it was saved without them.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not a saved model, or is damaged.</exception>
    public static ITransformer LoadVerified(this ModelOperationsCatalog catalog, string path, out DataViewSchema? inputSchema)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ModelZip.Verify(path);
        ITransformer model;
        try
        {
            model = LoadAgainIfUnlucky(catalog, path, out inputSchema);
        }
        catch (Exception exception) when (TemporaryStorage.Blame(exception) is { } blame)
        {
            throw blame;
        }
        // For a file that is not a model, ML.NET may throw any exception, also that there is too little memory.
        catch (Exception exception) when (ModelFailure.IsOfTheFile(exception))
        {
            throw ModelFailure.Of(path, exception);
        }
        if (Steps(model).OfType<ImageResizingTransformer>().Any(IsTooLarge))
        {
            (model as IDisposable)?.Dispose();
            throw new InvalidDataException($"The model '{path}' is damaged: it resizes images to more than "
                + $"{Architecture.MaximumImageSize} pixels a side. Download or save it again.");
        }
        return model;
    }

    private static ITransformer LoadAgainIfUnlucky(ModelOperationsCatalog catalog, string path, out DataViewSchema? inputSchema)
    {
        try
        {
            return catalog.Load(path, out inputSchema);
        }
        catch (Exception exception) when (ModelFailure.IsOfARandomName(exception))
        {
            return catalog.Load(path, out inputSchema);
        }
    }

    private static bool IsTooLarge(ImageResizingTransformer step) =>
        MLServices.ResizedSizes(step).Any(size => Math.Max(size.Width, size.Height) > Architecture.MaximumImageSize);

    // Chains are made of steps and chains.
    private static IEnumerable<ITransformer> Steps(ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain.SelectMany(Steps) : [model];
}
