namespace ResNeXt.MLNet.Prediction;

/// <summary>Makes two things at the same time.</summary>
/// <remarks>
/// It ends when both have ended, also after an error: a process that ends while its native libraries are being loaded can crash.
/// </remarks>
internal static class Concurrently
{
    /// <summary>Runs two functions, the second on another thread, and waits for both. If one fails, what the other made is disposed of.</summary>
    /// <param name="first">Makes the first; if both fail, its exception is thrown.</param>
    /// <param name="second">Makes the second.</param>
    public static (TFirst First, TSecond Second) Make<TFirst, TSecond>(Func<TFirst> first, Func<TSecond> second)
    {
        Task<TSecond> other = Task.Run(second);
        TFirst made;
        try
        {
            made = first();
        }
        catch
        {
            Discard(other);
            throw;
        }
        try
        {
            return (made, other.GetAwaiter().GetResult());
        }
        catch
        {
            (made as IDisposable)?.Dispose();
            throw;
        }
    }

    private static void Discard<T>(Task<T> task)
    {
        ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        if (task.IsCompletedSuccessfully)
            (task.Result as IDisposable)?.Dispose();
    }
}
