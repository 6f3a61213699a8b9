using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using ResNeXt.Core.NativeLoading;

namespace ResNeXt.Core.Kernels;

/// <summary>
/// GNU's OpenMP runtime (libgomp), called as a C compiler's output calls it for <c>#pragma omp parallel</c>. This runs kernels on the threads that
/// libtorch uses.
/// </summary>
internal sealed unsafe class GnuOpenMP
{
    private static delegate* unmanaged<int> _threadNumber;
    private static delegate* unmanaged<int> _threadCount;
    private static readonly Lazy<GnuOpenMP?> Found = new(Find);

    private readonly delegate* unmanaged<delegate* unmanaged<void*, void>, void*, uint, uint, void> _parallel;
    private readonly delegate* unmanaged<int, void> _setThreads;

    private GnuOpenMP(nint parallel, nint setThreads)
    {
        _parallel = (delegate* unmanaged<delegate* unmanaged<void*, void>, void*, uint, uint, void>)parallel;
        _setThreads = (delegate* unmanaged<int, void>)setThreads;
    }

    /// <summary>The copy of libgomp that libtorch is linked with; null where libtorch uses another OpenMP runtime.</summary>
    public static GnuOpenMP? Library => Found.Value;

    /// <summary>
    /// Sets the number of threads of parallel regions that the calling thread starts (<c>omp_set_num_threads</c>); other threads are unaffected.
    /// </summary>
    public void SetThreadsOfThisThread(int threads) => _setThreads(threads);

    private static GnuOpenMP? Find()
    {
        nint library = TorchLibraryLoader.LoadOnce();
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryGetExport(library, "GOMP_parallel", out nint parallel)
            || !NativeLibrary.TryGetExport(library, "omp_set_num_threads", out nint setThreads)
            || !NativeLibrary.TryGetExport(library, "omp_get_thread_num", out nint number)
            || !NativeLibrary.TryGetExport(library, "omp_get_num_threads", out nint count))
        {
            return null;
        }
        _threadNumber = (delegate* unmanaged<int>)number;
        _threadCount = (delegate* unmanaged<int>)count;
        return new(parallel, setThreads);
    }

    /// <summary>Calls a body once for every part, on several threads, and rethrows its exception.</summary>
    /// <param name="threads">The number of threads to ask for.</param>
    /// <param name="parts">The number of parts.</param>
    /// <param name="body">The work on one part; takes the part's index.</param>
    public void Run(int threads, int parts, Action<int> body)
    {
        var work = new Work(parts, body);
        var handle = GCHandle.Alloc(work);
        try
        {
            _parallel(&RunParts, (void*)GCHandle.ToIntPtr(handle), (uint)threads, 0);
        }
        finally
        {
            handle.Free();
        }
        work.Failure?.Throw();
    }

    // OpenMP may start fewer threads than requested, so each takes every n-th part. Exceptions must not propagate into native code.
    [UnmanagedCallersOnly]
    private static void RunParts(void* data)
    {
        var work = (Work)GCHandle.FromIntPtr((nint)data).Target!;
        try
        {
            int threads = _threadCount();
            for (int part = _threadNumber(); part < work.Parts; part += threads)
                work.Body(part);
        }
        catch (Exception exception)
        {
            work.Failure = ExceptionDispatchInfo.Capture(exception);
        }
    }

    private sealed class Work(int parts, Action<int> body)
    {
        public int Parts => parts;

        public Action<int> Body => body;

        public ExceptionDispatchInfo? Failure { get; set; }
    }
}
