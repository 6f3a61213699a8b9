namespace ResNeXt.Core.Training.Data;

/// <summary>Prepares things in the background, several at a time, and hands them out in order.</summary>
internal static class OrderedPrefetch
{
    /// <summary>Makes things one ahead of the other; at most <paramref name="workers"/> exist that the caller does not have yet.</summary>
    /// <param name="first">Number of the first.</param>
    /// <param name="end">Number behind the last.</param>
    /// <param name="workers">How many are made at the same time.</param>
    /// <param name="make">Makes one; called from several threads.</param>
    /// <param name="cancellation">Ends it with an exception.</param>
    /// <returns>The things, which the caller disposes of. Those that it does not fetch are disposed of.</returns>
    public static IEnumerable<T> Run<T>(int first, int end, int workers, Func<int, T> make, CancellationToken cancellation) where T : class, IDisposable
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
                // Before it is handed out: the next ones are made while the caller works with it.
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
