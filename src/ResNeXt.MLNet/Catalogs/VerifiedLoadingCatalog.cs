using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using ResNeXt.Core;
using ResNeXt.Core.Files;
using ResNeXt.Core.Onnx;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Scoring;

namespace ResNeXt.MLNet;

/// <summary>Adds loading of files that may be damaged to <c>mlContext.Model</c>.</summary>
public static class VerifiedLoadingCatalog
{
    /// <summary>
    /// Loads a model of any kind as <c>Load</c> does, once every part of the file agrees with its checksum: <c>Load</c> itself compares none, so that a
    /// damaged file may load and score wrongly. Images that the model would resize beyond <see cref="Architecture.MaximumImageSize"/> are refused.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="path">A file that <c>mlContext.Model.Save</c> wrote.</param>
    /// <param name="inputSchema">The columns that it was saved with; null where there are none.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not a saved model, or is damaged.</exception>
    public static ITransformer LoadVerified(this ModelOperationsCatalog catalog, string path, out DataViewSchema? inputSchema)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ModelZip.Verify(path);
        ITransformer model;
        try
        {
            model = catalog.Load(path, out inputSchema);
        }
        catch (Exception exception) when (TemporaryStorage.Blame(exception) is { } blame)
        {
            throw blame;
        }
        // Of a file that is no model, ML.NET throws whatever its bytes lead to; a file that asks for more memory than there is, is one of those.
        catch (Exception exception) when (ModelFailure.IsOfTheFile(exception))
        {
            throw ModelFailure.Of(path, exception);
        }
        if (Steps(model).OfType<ImageResizingTransformer>().Any(IsTooLarge))
        {
            (model as IDisposable)?.Dispose();
            throw new InvalidDataException($"The model '{path}' is damaged: it resizes images to more than {Architecture.MaximumImageSize} pixels a side. "
                + "Download or save it again.");
        }
        return model;
    }

    private static bool IsTooLarge(ImageResizingTransformer step) =>
        MLServices.ResizedSizes(step).Any(size => Math.Max(size.Width, size.Height) > Architecture.MaximumImageSize);

    // Chains are made of steps and chains.
    private static IEnumerable<ITransformer> Steps(ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain.SelectMany(Steps) : [model];
}
