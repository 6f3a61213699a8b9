using System.Diagnostics;
using Microsoft.ML;
using ResNeXt.MLNet;
using ResNeXt.MLNet.Folders.Streaming;
using ResNeXt.Tool.BulkScoring.Formats;
using ResNeXt.Tool.BulkScoring.Resuming;
using ResNeXt.Tool.Output;

namespace ResNeXt.Tool.BulkScoring;

/// <summary>Scores the images of a folder into a file, from where the run before ended.</summary>
/// <param name="options">What to do.</param>
/// <param name="log">Where to say how far it is.</param>
internal sealed class BulkScorer(BulkScoringOptions options, TextWriter log)
{
    // Every row has a label, as in the files of earlier versions, some of which may be resumed. As many images are scored at the same time as there are
    // processors: one thread for each is faster than several that wait for each other.
    private static readonly PredictorOptions ForRows = new() { MaximumDistance = float.PositiveInfinity, Threads = 1 };

    // What a killed process has scored in this time is scored again.
    private static readonly TimeSpan FlushInterval = TimeSpan.FromSeconds(1);

    /// <summary>Scores until all is done or the token is canceled.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled before anything was scored.</exception>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        ScoreFormat format = ScoreFormats.Of(options.Output);
        if (!Directory.Exists(options.Images))
            throw new DirectoryNotFoundException($"The image folder '{options.Images}' does not exist.");
        using ScoringFiles files = ScoringFiles.Open(options.Output, new ScoringJob
        {
            Model = ScoringJob.HashOf(options.Model),
            Images = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Images)),
            Shard = options.Shard.ToString(),
            Top = options.Top,
        });
        if (files.Completed is { Rows: { } rows, Errors: { } errors })
        {
            log.WriteLine($"'{options.Output}' is complete: {rows} images, {errors} unreadable. Delete it to score again.");
            return errors > 0 ? ExitCode.Partly : ExitCode.Done;
        }
        using var predictor = ResNeXtPredictor.Load(new MLContext(), options.Model, ForRows);
        var progress = new ScoringProgress(log);
        var stream = new ImageFileStream(options.Images, options.Shard);
        await ParallelScoring.RunAsync(
            files.Journal.LeaveOutScored(stream.Enumerate(), progress.Keep, cancellation), file => Score(predictor, file),
            Writer(files.Journal, progress), cancellation);
        if (cancellation.IsCancellationRequested)
            return Stopped(files, progress);
        files.Complete(progress.Rows, progress.Errors, format == ScoreFormat.JsonLines ? null : Conversion(format, files.Journal, predictor.ClassNames));
        if (stream.Warning is { } warning)
            log.WriteLine(warning);
        log.WriteLine($"{progress}: '{options.Output}'");
        return progress.Errors > 0 ? ExitCode.Partly : ExitCode.Done;
    }

    private static Action<ScoredImage> Writer(ScoreJournal journal, ScoringProgress progress)
    {
        long flushed = Stopwatch.GetTimestamp();
        return row =>
        {
            journal.Append(row);
            progress.Count(row);
            if (Stopwatch.GetElapsedTime(flushed) < FlushInterval)
                return;
            journal.Flush(toDisk: false);
            flushed = Stopwatch.GetTimestamp();
        };
    }

    private Action<Stream> Conversion(ScoreFormat format, ScoreJournal journal, IReadOnlyList<string> classNames)
    {
        IReadOnlyList<ScoreColumn> columns = options.Top is { } top ? ScoreColumn.OfTop(Math.Min(top, classNames.Count)) : ScoreColumn.OfAll(classNames);
        return stream => ScoreFormats.Write(format, stream, columns, journal.Read().Select(item => item.Row));
    }

    private ScoredImage Score(ResNeXtPredictor predictor, FoundImage file)
    {
        if (file.Error is not null)
            return new ScoredImage(file.RelativePath, Error: file.Error);
        try
        {
            ImagePrediction prediction = predictor.Predict(file.FullPath);
            return options.Top is { } top
                ? new ScoredImage(file.RelativePath, prediction.Label, prediction.Score, Top: prediction.GetTopK(top))
                : new ScoredImage(file.RelativePath, prediction.Label, prediction.Score,
                    Scores: new(predictor.ClassNames.Zip(prediction.Scores, KeyValuePair.Create), StringComparer.Ordinal));
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return new ScoredImage(file.RelativePath, Error: exception.Message);
        }
    }

    private int Stopped(ScoringFiles files, ScoringProgress progress)
    {
        files.Journal.Flush(toDisk: true);
        if (progress.Rows == 0)
            throw new OperationCanceledException("Stopped before an image was scored.");
        log.WriteLine($"{progress}: kept in '{files.JournalPath}'. Run the same command again to go on.");
        return ExitCode.Partly;
    }
}
