using System.Threading.Tasks.Dataflow;
using ResNeXt.MLNet.Folders.Streaming;
using ResNeXt.Tool.BulkScoring.Formats;

namespace ResNeXt.Tool.BulkScoring;

/// <summary>Scores files on all processors while they are enumerated, and hands the rows over in the order of the files.</summary>
internal static class ParallelScoring
{
    // Small images take very different times. So many may wait until the one before them is done.
    private const int WaitingPerProcessor = 64;

    /// <summary>Scores the files until they end or the token is canceled; what is being scored then is completed.</summary>
    /// <param name="files">The files, which are enumerated on another thread, a bounded number ahead.</param>
    /// <param name="score">Scores a file, on several threads at the same time.</param>
    /// <param name="write">Takes the rows, one after the other.</param>
    /// <param name="cancellation">Ends the enumeration.</param>
    public static async Task RunAsync(
        IEnumerable<FoundImage> files, Func<FoundImage, ScoredImage> score, Action<ScoredImage> write, CancellationToken cancellation)
    {
        var scoring = new TransformBlock<FoundImage, ScoredImage>(score, new ExecutionDataflowBlockOptions
        {
            MaxDegreeOfParallelism = Environment.ProcessorCount,
            BoundedCapacity = WaitingPerProcessor * Environment.ProcessorCount,
            EnsureOrdered = true,
            SingleProducerConstrained = true,
        });
        Task feeding = Task.Run(() => FeedAsync(files, scoring, cancellation), CancellationToken.None);
        try
        {
            await foreach (ScoredImage row in scoring.ReceiveAllAsync(CancellationToken.None))
                write(row);
        }
        catch (Exception exception)
        {
            // The block takes no more files, so that the feeding ends too.
            ((IDataflowBlock)scoring).Fault(exception);
            throw;
        }
        finally
        {
            await feeding;
        }
        await scoring.Completion;
    }

    private static async Task FeedAsync(IEnumerable<FoundImage> files, TransformBlock<FoundImage, ScoredImage> scoring, CancellationToken cancellation)
    {
        try
        {
            foreach (FoundImage file in files)
            {
                if (cancellation.IsCancellationRequested || !await scoring.SendAsync(file, CancellationToken.None))
                    break;
            }
        }
        finally
        {
            scoring.Complete();
        }
    }
}
