namespace ResNeXt.MLNet.Images.Decoding;

/// <summary>
/// Limits the memory of images that are decoded at the same time: together they have at most as many pixels as the largest
/// image that is allowed, however many threads decode. Further images wait for their turn.
/// </summary>
internal static class PixelBudget
{
    // Images up to this size are not counted: waiting for each other would cost them more than their memory is worth.
    private const long Small = 1 << 20;

    private static readonly SemaphoreSlim Turn = new(1);
    private static readonly Lock Gate = new();
    private static readonly ManualResetEventSlim Returned = new(initialState: false);
    private static long _inUse;

    /// <summary>Takes the pixels of one image; waits until there is room for them.</summary>
    /// <param name="pixels">The number of pixels, at most <paramref name="maximum"/>.</param>
    /// <param name="maximum">The number of pixels of all images together.</param>
    /// <returns>The share, to be disposed of when the image is not in memory any more; null for small images.</returns>
    public static Share? Take(long pixels, long maximum)
    {
        if (pixels <= Small)
            return null;
        // One thread at a time waits for room, so that many smaller images cannot keep out a large one for ever.
        Turn.Wait();
        try
        {
            while (!TryTake(pixels, maximum))
                Returned.Wait();
            return new Share(pixels);
        }
        finally
        {
            Turn.Release();
        }
    }

    private static bool TryTake(long pixels, long maximum)
    {
        lock (Gate)
        {
            bool fits = _inUse == 0 || _inUse + pixels <= maximum;
            if (fits)
                _inUse += pixels;
            else
                Returned.Reset();
            return fits;
        }
    }

    private static void Return(long pixels)
    {
        lock (Gate)
        {
            _inUse -= pixels;
            Returned.Set();
        }
    }

    /// <summary>The pixels of one image; disposing of this, once or more, gives them back.</summary>
    internal sealed class Share(long pixels) : IDisposable
    {
        private int _isReturned;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReturned, 1) == 0)
                Return(pixels);
        }
    }
}
