using Microsoft.ML;
using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Prediction;

/// <summary>Makes prediction engines that score images with one model; disposing of an engine leaves the model.</summary>
/// <param name="MLContext">The context to score in.</param>
/// <param name="Model">The classifier.</param>
/// <param name="ImageColumn">The name of its column of images.</param>
/// <param name="ScoreColumn">The name of its column of probabilities.</param>
internal sealed record EngineFactory(MLContext MLContext, ITransformer Model, string ImageColumn, string ScoreColumn)
{
    /// <summary>Makes an engine, which serves one thread at a time.</summary>
    public PredictionEngine<EnginePool.Input, EnginePool.Output> Create()
    {
        var input = SchemaDefinition.Create(typeof(EnginePool.Input));
        input[nameof(EnginePool.Input.Image)].ColumnName = ImageColumn;
        var output = SchemaDefinition.Create(typeof(EnginePool.Output));
        output[nameof(EnginePool.Output.Score)].ColumnName = ScoreColumn;
        return MLContext.Model.CreatePredictionEngine<EnginePool.Input, EnginePool.Output>(Model, new PredictionEngineOptions
        {
            InputSchemaDefinition = input,
            OutputSchemaDefinition = output,
            OwnsTransformer = false,
        });
    }
}
