using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels;

/// <summary>
/// Runs work on the threads that libtorch computes on, where it uses GNU's OpenMP, and on as many as libtorch may use: threads of .NET's pool would
/// compete with them for the cores. Elsewhere the work runs on .NET's.
/// </summary>
internal static class KernelThreads
{
    /// <summary>Calls a body once for every part, from several threads, and returns when all are done.</summary>
    /// <param name="parts">How many.</param>
    /// <param name="body">Takes the part's number. What it throws is thrown here, once all threads have ended.</param>
    public static void Run(int parts, Action<int> body)
    {
        int threads = Math.Min(parts, get_num_threads());
        if (threads <= 1)
        {
            for (int part = 0; part < parts; part++)
                body(part);
        }
        else if (GnuOpenMP.Library is { } native)
        {
            native.Run(threads, parts, body);
        }
        else
        {
            Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads }, body);
        }
    }

    /// <summary>Cuts a range into a part for each thread.</summary>
    /// <param name="length">Of the range.</param>
    /// <param name="body">Takes the part's first element and the one behind its last.</param>
    public static void RunRange(int length, Action<int, int> body)
    {
        int parts = Math.Clamp(length, 1, get_num_threads());
        Run(parts, part => body((int)((long)length * part / parts), (int)((long)length * (part + 1) / parts)));
    }
}
