namespace ResNeXt.Core.Training.Data;

/// <summary>Makes items in the background, several at a time, and hands them out in order.</summary>
/// <remarks>
/// This is not TPL Dataflow's ordered TransformBlock, because that drops the finished items in its output when a later one fails, so that nobody
/// could dispose of them.
/// </remarks>
internal static class OrderedPrefetch
{
    /// <summary>Makes items ahead of the caller; at most <paramref name="workers"/> exist that the caller has not taken yet.</summary>
    /// <param name="first">The number of the first item.</param>
    /// <param name="end">The number of the last item plus 1.</param>
    /// <param name="workers">The number of items that are made at the same time.</param>
    /// <param name="make">Makes the item with a number; called from several threads.</param>
    /// <param name="cancellation">Ends the sequence with an exception.</param>
    /// <returns>The items; owned by the caller. Those that the caller does not take are disposed of.</returns>
    public static IEnumerable<T> Run<T>(int first, int end, int workers, Func<int, T> make, CancellationToken cancellation)
        where T : class, IDisposable
    {
        var pending = new Queue<Task<T>>();
        int next = first;
        try
        {
            for (int number = first; number < end; number++)
            {
                Fill();
                cancellation.ThrowIfCancellationRequested();
                T made = pending.Dequeue().GetAwaiter().GetResult();
                // Before the item is handed out, so that the next ones are made while the caller works with it.
                Fill();
                yield return made;
            }
        }
        finally
        {
            foreach (Task<T> task in pending)
            {
                task.ContinueWith(static ended => (ended.IsCompletedSuccessfully ? ended.Result : null)?.Dispose(), TaskScheduler.Default)
                    .Wait(CancellationToken.None);
            }
        }

        void Fill()
        {
            for (; next < end && pending.Count < workers; next++)
            {
                int number = next;
                pending.Enqueue(Task.Run(() => make(number), CancellationToken.None));
            }
        }
    }
}
