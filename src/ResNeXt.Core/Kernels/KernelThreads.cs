using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels;

/// <summary>
/// Runs kernels on libtorch's own threads, and on as many of them as libtorch may use. Where libtorch does not use GNU OpenMP, they run on .NET's
/// thread pool.
/// </summary>
/// <remarks>
/// OpenMP's threads keep spinning for a while after each operation. Threads of the .NET pool would compete with them for the cores.
/// </remarks>
internal static class KernelThreads
{
    /// <summary>Calls a body once for every part, from several threads, and returns when all calls have ended.</summary>
    /// <param name="parts">The number of parts.</param>
    /// <param name="body">The work on one part; takes the part's index. Its exceptions are rethrown here after all threads have ended.</param>
    public static void Run(int parts, Action<int> body)
    {
        int threads = Math.Min(parts, get_num_threads());
        if (threads <= 1)
        {
            for (int part = 0; part < parts; part++)
                body(part);
        }
        else if (GnuOpenMP.Library is { } openMP)
        {
            openMP.Run(threads, parts, body);
        }
        else
        {
            Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads }, body);
        }
    }

    /// <summary>Splits a range into one contiguous part per thread.</summary>
    /// <param name="length">The length of the range.</param>
    /// <param name="body">The work on one part; takes the inclusive start and the exclusive end.</param>
    public static void RunRange(int length, Action<int, int> body)
    {
        int parts = Math.Clamp(length, 1, get_num_threads());
        Run(parts, part => body((int)((long)length * part / parts), (int)((long)length * (part + 1) / parts)));
    }
}
