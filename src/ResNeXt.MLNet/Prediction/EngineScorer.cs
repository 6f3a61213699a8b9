using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Images;

namespace ResNeXt.MLNet.Prediction;

/// <summary>Scores images with a transformer, through prediction engines of ML.NET, which share its session. It gives no features.</summary>
internal sealed class EngineScorer : IImageScorer
{
    private readonly MLContext _mlContext;
    private readonly ITransformer _model;
    private readonly bool _ownsModel;
    private readonly string _imageColumn, _scoreColumn;

    // An engine serves one thread at a time. The caller limits how many threads there are.
    private readonly ConcurrentBag<PredictionEngine<Input, Output>> _idle = [];

    /// <summary>Makes a scorer with one engine; the others are made when they are needed.</summary>
    /// <param name="mlContext">The context to score in.</param>
    /// <param name="model">The classifier.</param>
    /// <param name="ownsModel">Whether the scorer disposes of it.</param>
    /// <param name="imageColumn">The name of its column of images.</param>
    /// <param name="scoreColumn">The name of its column of probabilities.</param>
    public EngineScorer(MLContext mlContext, ITransformer model, bool ownsModel, string imageColumn, string scoreColumn)
    {
        (_mlContext, _model, _ownsModel, _imageColumn, _scoreColumn) = (mlContext, model, ownsModel, imageColumn, scoreColumn);
        _idle.Add(Create());
    }

    public ImageScores Score(MLImage image)
    {
        PredictionEngine<Input, Output> engine = _idle.TryTake(out PredictionEngine<Input, Output>? idle) ? idle : Create();
        try
        {
            return new(engine.Predict(new Input { Image = image }).Score, Features: null);
        }
        finally
        {
            _idle.Add(engine);
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out PredictionEngine<Input, Output>? engine))
            engine.Dispose();
        if (_ownsModel)
            (_model as IDisposable)?.Dispose();
    }

    private PredictionEngine<Input, Output> Create()
    {
        var input = SchemaDefinition.Create(typeof(Input));
        input[nameof(Input.Image)].ColumnName = _imageColumn;
        var output = SchemaDefinition.Create(typeof(Output));
        output[nameof(Output.Score)].ColumnName = _scoreColumn;
        return _mlContext.Model.CreatePredictionEngine<Input, Output>(_model, new PredictionEngineOptions
        {
            InputSchemaDefinition = input,
            OutputSchemaDefinition = output,
            OwnsTransformer = false,
        });
    }

    private sealed class Input
    {
        [AnyImageType]
        public required MLImage Image { get; init; }
    }

    private sealed class Output
    {
        public float[] Score { get; set; } = [];
    }
}
