using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Tests;

/// <summary>Small pipelines that are trained once, just enough to have weights, and looked at by many tests, as fitted and as reloaded.</summary>
internal static class TinyModel
{
    public static readonly MLContext MlContext = new(seed: 1);

    private static readonly ConcurrentDictionary<string, Lazy<(ITransformer Fitted, ITransformer Reloaded)>> Models = new();

    public static ResNeXtTrainer.Options Options(string featureColumn = "Planar") => ResNeXtTrainerTests.Small(featureColumn) with { MaxEpochs = 1 };

    public static ResNeXtTrainer Trainer(ResNeXtTrainer.Options? options = null) =>
        MlContext.MulticlassClassification.Trainers.ResNeXt(options ?? Options());

    public static EstimatorChain<ResNeXtTransformer> Pipeline(ResNeXtTrainer.Options? options = null) =>
        MlContext.Transforms.Conversion.MapValueToKey("Label").Append(Trainer(options));

    public static IDataView Rows(int count = 12, int seed = 1) => Patterns.Rows(MlContext, count, seed);

    /// <summary>The rows with a key as label.</summary>
    public static IDataView KeyedRows(int count = 12, int seed = 1)
    {
        IDataView rows = Rows(count, seed);
        return MlContext.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
    }

    /// <summary>The same pipeline for every test: nobody disposes of it.</summary>
    public static ITransformer Trained(bool reloaded, string featureColumn = "Planar")
    {
        (ITransformer fitted, ITransformer loaded) = Models.GetOrAdd(featureColumn, column => new(() =>
        {
            ITransformer model = Pipeline(Options(column)).Fit(Rows());
            return (model, Reload(model, Rows().Schema));
        })).Value;
        return reloaded ? loaded : fitted;
    }

    /// <summary>The classifier alone out of that pipeline.</summary>
    public static ResNeXtTransformer LastStep(string featureColumn) =>
        ((TransformerChain<ResNeXtTransformer>)Trained(reloaded: false, featureColumn)).LastTransformer;

    /// <summary>Saves a model and loads it in another context.</summary>
    public static ITransformer Reload(ITransformer model, DataViewSchema schema)
    {
        using var file = new TemporaryFile(name: "model.zip");
        MlContext.Model.Save(model, schema, file.Path);
        return new MLContext().Model.LoadVerified(file.Path, out _);
    }

    /// <summary>The model itself, or what is loaded after saving it.</summary>
    public static ITransformer ReloadIf(bool reloaded, ITransformer model, DataViewSchema schema) => reloaded ? Reload(model, schema) : model;
}
