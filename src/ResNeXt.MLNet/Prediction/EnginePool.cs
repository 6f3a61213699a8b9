using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet.Prediction;

/// <summary>Prediction engines on one model, so many at most; an engine by itself serves one thread at a time.</summary>
internal sealed class EnginePool : IDisposable
{
    private readonly MLContext _mlContext;
    private readonly ResNeXtTransformer _model;
    private readonly bool _ownsModel;
    private readonly int _capacity;
    private readonly SemaphoreSlim _free;
    private readonly ConcurrentBag<PredictionEngine<Input, Output>> _idle = [];
    private int _disposed;

    public EnginePool(MLContext mlContext, ResNeXtTransformer model, bool ownsModel, int capacity)
    {
        _mlContext = mlContext;
        _model = model;
        _ownsModel = ownsModel;
        _capacity = capacity;
        _free = new SemaphoreSlim(capacity);
        _idle.Add(Create());
    }

    /// <summary>Takes an engine, waiting for one where all are taken.</summary>
    /// <exception cref="ObjectDisposedException">The pool was disposed of.</exception>
    public Lease Rent()
    {
        _free.Wait();
        return Take();
    }

    /// <inheritdoc cref="Rent"/>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task<Lease> RentAsync(CancellationToken cancellation)
    {
        await _free.WaitAsync(cancellation).ConfigureAwait(false);
        return Take();
    }

    /// <summary>Refuses what comes too late.</summary>
    /// <exception cref="ObjectDisposedException">The pool was disposed of.</exception>
    public void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed != 0, typeof(ResNeXtPredictor));

    private Lease Take()
    {
        try
        {
            ThrowIfDisposed();
            return new Lease(this, _idle.TryTake(out PredictionEngine<Input, Output>? engine) ? engine : Create());
        }
        catch
        {
            _free.Release();
            throw;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        for (int taken = 0; taken < _capacity; taken++)
            _free.Wait();
        while (_idle.TryTake(out PredictionEngine<Input, Output>? engine))
            engine.Dispose();
        if (_ownsModel)
            _model.Dispose();
        // Those who still wait are let in, to find that there is nothing left.
        _free.Release(_capacity);
    }

    private PredictionEngine<Input, Output> Create()
    {
        var input = SchemaDefinition.Create(typeof(Input));
        input[nameof(Input.Image)].ColumnName = _model.Columns.Input.ColumnName;
        var output = SchemaDefinition.Create(typeof(Output));
        output[nameof(Output.Score)].ColumnName = _model.Columns.Score;
        return _mlContext.Model.CreatePredictionEngine<Input, Output>(_model, new PredictionEngineOptions
        {
            InputSchemaDefinition = input,
            OutputSchemaDefinition = output,
            OwnsTransformer = false,
        });
    }

    /// <summary>An engine that is taken until this is disposed of, once.</summary>
    internal readonly struct Lease(EnginePool pool, PredictionEngine<Input, Output> engine) : IDisposable
    {
        /// <summary>One probability per class.</summary>
        /// <exception cref="InvalidDataException">They are not finite: the weights are so large that sums of them are not.</exception>
        public float[] Score(MLImage image)
        {
            float[] scores = engine.Predict(new Input { Image = image }).Score;
            return Array.TrueForAll(scores, float.IsFinite)
                ? scores
                : throw new InvalidDataException(
                    "The model gives scores that are not finite for this image; its weights are damaged. Train or download it again.");
        }

        public void Dispose()
        {
            pool._idle.Add(engine);
            pool._free.Release();
        }
    }

    internal sealed class Input
    {
        [AnyImageType]
        public required MLImage Image { get; init; }
    }

    internal sealed class Output
    {
        public float[] Score { get; set; } = [];
    }
}
