using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using ResNeXt.AspNetCore.Metrics;
using ResNeXt.MLNet;

namespace ResNeXt.AspNetCore.Requests;

/// <summary>Answers requests within the limits of the options: their number at a time, their length and their time.</summary>
internal sealed class PredictionRequests(ReloadingPredictor predictor, IOptions<ResNeXtPredictorOptions> options, PredictorMetrics metrics) : IDisposable
{
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions { PermitLimit = options.Value.MaxRequests });

    /// <summary>The options.</summary>
    public ResNeXtPredictorOptions Options { get; } = options.Value;

    /// <summary>Classifies the images of a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="content">What the answers contain.</param>
    /// <param name="answered">Takes each image with its answer, while it is in memory; null for nothing.</param>
    /// <exception cref="OperationCanceledException">The client has gone.</exception>
    public async Task<PredictionOutcome> AnswerAsync(HttpContext context, AnswerContent content, Action<UploadedImage, ImageAnswer>? answered = null)
    {
        var reader = new UploadReader(context.Request, Options);
        using RateLimitLease lease = _limiter.AttemptAcquire();
        if (!lease.IsAcquired)
        {
            metrics.RequestRejected();
            return new PredictionOutcome(reader.IsForm, [], new RequestFailure(StatusCodes.Status429TooManyRequests, string.Create(CultureInfo.InvariantCulture,
                $"The server answers {Options.MaxRequests} requests at a time, and all are taken; try again later."), Options.RetryAfter));
        }
        metrics.RequestStarted();
        var answers = new List<ImageAnswer>();
        try
        {
            RequestFailure? failure = reader.FindFailure() ?? await AnswerAsync(context, reader, content, answers, answered).ConfigureAwait(false);
            return new PredictionOutcome(reader.IsForm, answers, failure);
        }
        finally
        {
            metrics.RequestEnded();
        }
    }

    public void Dispose() => _limiter.Dispose();

    private async Task<RequestFailure?> AnswerAsync(
        HttpContext context, UploadReader reader, AnswerContent content, List<ImageAnswer> answers, Action<UploadedImage, ImageAnswer>? answered)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
            body.MaxRequestBodySize = Options.MaximumRequestLength;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        timeout.CancelAfter(Options.Timeout);
        bool reading = true;
        try
        {
            await foreach (UploadedImage image in reader.ReadAsync(timeout.Token).ConfigureAwait(false))
            {
                reading = false;
                ImageAnswer answer = await AnswerAsync(image, content, timeout.Token).ConfigureAwait(false);
                answers.Add(answer);
                answered?.Invoke(image, answer);
                reading = true;
            }
            return null;
        }
        catch (RequestFailedException exception)
        {
            return exception.Failure;
        }
        // The server's own limits: the length of a body that does not announce it, the rate at which it arrives.
        catch (BadHttpRequestException exception)
        {
            return new RequestFailure(exception.StatusCode, exception.Message);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            string limit = string.Create(CultureInfo.InvariantCulture, $"{Options.Timeout.TotalSeconds:0.##} seconds");
            return reading
                ? new RequestFailure(StatusCodes.Status408RequestTimeout, $"The request did not arrive within {limit}; send smaller images.")
                : new RequestFailure(
                    StatusCodes.Status503ServiceUnavailable, $"The images were not scored within {limit}; try again later.", Options.RetryAfter);
        }
        // A form that ends early, or whose headers are too long.
        catch (Exception exception) when (exception is InvalidDataException or IOException && !context.RequestAborted.IsCancellationRequested)
        {
            return new RequestFailure(StatusCodes.Status400BadRequest, $"The form is cut off or malformed: {exception.Message}");
        }
    }

    private async Task<ImageAnswer> AnswerAsync(UploadedImage image, AnswerContent content, CancellationToken cancellation)
    {
        try
        {
            return content.HasExplanation
                ? await ExplainAsync(image, content.Top, cancellation).ConfigureAwait(false)
                : await PredictAsync(image, content.Top, cancellation).ConfigureAwait(false);
        }
        catch (InvalidDataException exception)
        {
            return new ImageAnswer(image.Name, Error: exception.Message);
        }
    }

    private async Task<ImageAnswer> PredictAsync(UploadedImage image, int top, CancellationToken cancellation)
    {
        ImagePrediction prediction = await predictor.PredictAsync(image.Content, image.DisplayName, cancellation).ConfigureAwait(false);
        return ImageAnswer.Of(image.Name, prediction, top);
    }

    private async Task<ImageAnswer> ExplainAsync(UploadedImage image, int top, CancellationToken cancellation)
    {
        try
        {
            ImageExplanation explanation =
                await predictor.ExplainAsync(image.Content, name: image.DisplayName, cancellationToken: cancellation).ConfigureAwait(false);
            return ImageAnswer.Of(image.Name, explanation.Prediction, top, ImageAnswerExplanation.Of(explanation));
        }
        // Another program changed the model's graph: the answer is still good.
        catch (NotSupportedException)
        {
            return await PredictAsync(image, top, cancellation).ConfigureAwait(false);
        }
    }
}
