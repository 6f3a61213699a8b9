using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ResNeXt.AspNetCore.Metrics;
using ResNeXt.AspNetCore.Models;
using ResNeXt.MLNet;

namespace ResNeXt.AspNetCore;

/// <summary>
/// Classifies images with a model that can be replaced while the application runs. <c>services.AddResNeXtPredictor</c> registers one, for endpoints
/// and services of your own; <c>MapResNeXtPredictor</c> uses the same. It is thread-safe.
/// </summary>
/// <remarks>
/// When the file of the model changes, the new model is loaded beside the old one and scores an image; then it takes the place of the old one.
/// Predictions that are running end with the model that they began with, which is freed after the last of them.
/// </remarks>
public sealed partial class ReloadingPredictor : IDisposable
{
    private readonly PredictorOptions _options;
    private readonly PredictorMetrics _metrics;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private LoadedModel? _model;
    private ModelFileStamp? _tried, _seen;
    private volatile string? _reloadError;

    /// <summary>Loads the model.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not a saved model, is damaged, or contains no ResNeXt.</exception>
    internal ReloadingPredictor(
        IOptions<ResNeXtPredictorOptions> options, PredictorMetrics metrics, ILogger<ReloadingPredictor> logger, TimeProvider time)
    {
        (_options, _metrics, _logger, _time) = (options.Value.ToPredictorOptions(), metrics, logger, time);
        ModelPath = Path.GetFullPath(options.Value.ModelPath);
        _model = LoadedModel.Load(ModelPath, _options, time.GetUtcNow());
        _tried = _seen = _model.Stamp;
        metrics.ModelLoaded(_model.Time);
    }

    /// <summary>The full path of the model.</summary>
    public string ModelPath { get; }

    /// <summary>The names of the model's classes, in the order of the scores. A reloaded model may have others.</summary>
    /// <exception cref="ObjectDisposedException">The predictor was disposed of.</exception>
    public IReadOnlyList<string> ClassNames => Current.Predictor.ClassNames;

    /// <summary>When the model that answers now was loaded.</summary>
    /// <exception cref="ObjectDisposedException">The predictor was disposed of.</exception>
    public DateTimeOffset LoadedAt => Current.Time;

    /// <summary>Why the last change of the file was not loaded; null if it was, or if there was none.</summary>
    public string? ReloadError => _reloadError;

    internal bool IsDisposed => Volatile.Read(ref _model) is null;

    private LoadedModel Current => Volatile.Read(ref _model) ?? throw new ObjectDisposedException(nameof(ReloadingPredictor));

    /// <summary>Classifies an image file in memory.</summary>
    /// <param name="content">The bytes of the file, which stay as they are until the task ends.</param>
    /// <param name="name">The name of the image in error messages.</param>
    /// <param name="cancellationToken">Cancels waiting; an image that is being scored is finished.</param>
    /// <exception cref="InvalidDataException">
    /// The content is not a usable image, or the model gives scores for it that are not finite. No other exception means that.
    /// </exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    /// <exception cref="ObjectDisposedException">The predictor was disposed of.</exception>
    public Task<ImagePrediction> PredictAsync(ReadOnlyMemory<byte> content, string name = "bytes", CancellationToken cancellationToken = default) =>
        UseAsync(predictor => predictor.PredictAsync(content, name, cancellationToken));

    /// <summary>Classifies an image file that is read from a stream, such as an upload.</summary>
    /// <param name="stream">The stream, which is read from its position to its end, and left open.</param>
    /// <param name="cancellationToken">Cancels reading and waiting; an image that is being scored is finished.</param>
    /// <exception cref="InvalidDataException">
    /// The content is not a usable image, or longer than <see cref="ResNeXtPredictorOptions.MaximumLength"/>. No other exception means that.
    /// </exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    /// <exception cref="ObjectDisposedException">The predictor was disposed of.</exception>
    public Task<ImagePrediction> PredictAsync(Stream stream, CancellationToken cancellationToken = default) =>
        UseAsync(predictor => predictor.PredictAsync(stream, cancellationToken));

    /// <summary>Classifies an image file in memory, and finds where in it the network found what speaks for a class.</summary>
    /// <param name="content">The bytes of the file, which stay as they are until the task ends.</param>
    /// <param name="className">The class; null for the most probable one.</param>
    /// <param name="name">The name of the image in error messages.</param>
    /// <param name="cancellationToken">Cancels waiting; an image that is being explained is finished.</param>
    /// <remarks>The first call for a model loads its network once more, for scoring and explaining at once.</remarks>
    /// <exception cref="ArgumentException">The class is not one of <see cref="ClassNames"/>.</exception>
    /// <exception cref="NotSupportedException">The model's graph was changed by another program, so that it cannot be explained.</exception>
    /// <exception cref="InvalidDataException">
    /// The content is not a usable image, or the model gives scores for it that are not finite. No other exception means that.
    /// </exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    /// <exception cref="ObjectDisposedException">The predictor was disposed of.</exception>
    public Task<ImageExplanation> ExplainAsync(
        ReadOnlyMemory<byte> content, string? className = null, string name = "bytes", CancellationToken cancellationToken = default) =>
        UseAsync(predictor => predictor.ExplainAsync(content, className, name, cancellationToken));

    /// <summary>Frees the model when the predictions that are running have ended.</summary>
    public void Dispose() => Interlocked.Exchange(ref _model, null)?.Release();

    /// <summary>Looks at the file, and loads it if it has changed and is no longer being written. One call at a time.</summary>
    internal void ReloadIfChanged()
    {
        ModelFileStamp? stamp = ModelFileStamp.Of(ModelPath), before = _seen;
        _seen = stamp;
        if (stamp == _tried || stamp != before)
            return;
        _tried = stamp;
        try
        {
            LoadedModel next = LoadedModel.Load(ModelPath, _options, _time.GetUtcNow());
            _tried = next.Stamp;
            LoadedModel? previous = Interlocked.Exchange(ref _model, next);
            if (previous is null)
                Dispose();
            previous?.Release();
            _reloadError = null;
            _metrics.ModelLoaded(next.Time);
            _metrics.Reloaded(succeeded: true);
            LogReloaded(_logger, ModelPath, next.Predictor.ClassNames.Count);
        }
        // Whatever is wrong with the new file, the old model answers.
        catch (Exception exception)
        {
            // Another program, or too little memory, is the reason, which may be over soon without a change of the file: the next look tries again.
            bool isPassing = exception is IOException or UnauthorizedAccessException or OutOfMemoryException;
            if (isPassing)
                _tried = null;
            bool isKnown = isPassing && exception.Message == _reloadError;
            _reloadError = exception.Message;
            if (isKnown)
                return;
            _metrics.Reloaded(succeeded: false);
            LogKept(_logger, exception.Message);
        }
    }

    private async Task<T> UseAsync<T>(Func<ResNeXtPredictor, Task<T>> score)
    {
        long start = Stopwatch.GetTimestamp();
        LoadedModel model = Current;
        while (!model.TryAcquire())
            model = Current;
        try
        {
            T result = await score(model.Predictor).ConfigureAwait(false);
            _metrics.Predicted(Stopwatch.GetElapsedTime(start));
            return result;
        }
        catch (InvalidDataException)
        {
            _metrics.Refused();
            throw;
        }
        finally
        {
            model.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Loaded the changed model '{Path}', which has {Classes} classes.")]
    private static partial void LogReloaded(ILogger logger, string path, int classes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The model has changed, but cannot be loaded; the one before it stays. {Reason}")]
    private static partial void LogKept(ILogger logger, string reason);
}
