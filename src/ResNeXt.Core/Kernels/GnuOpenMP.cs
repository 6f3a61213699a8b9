using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using ResNeXt.Core.NativeLoading;

namespace ResNeXt.Core.Kernels;

/// <summary>GNU's OpenMP runtime: what a compiler calls for a parallel region (libgomp's application binary interface), and its settings.</summary>
internal sealed unsafe class GnuOpenMP
{
    private static delegate* unmanaged<int> threadNumber;
    private static delegate* unmanaged<int> threadCount;
    private static readonly Lazy<GnuOpenMP?> Found = new(Find);

    private readonly delegate* unmanaged<delegate* unmanaged<void*, void>, void*, uint, uint, void> _parallel;
    private readonly delegate* unmanaged<int, void> _setThreads;

    private GnuOpenMP(nint parallel, nint setThreads)
    {
        _parallel = (delegate* unmanaged<delegate* unmanaged<void*, void>, void*, uint, uint, void>)parallel;
        _setThreads = (delegate* unmanaged<int, void>)setThreads;
    }

    /// <summary>The copy that libtorch is linked with; null where it uses another runtime.</summary>
    public static GnuOpenMP? Library => Found.Value;

    /// <summary>Sets how many threads work for the parallel regions of the calling thread, and of no other.</summary>
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
        threadNumber = (delegate* unmanaged<int>)number;
        threadCount = (delegate* unmanaged<int>)count;
        return new(parallel, setThreads);
    }

    /// <summary>Calls a body once for every part, on several threads. What it throws is thrown here.</summary>
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

    // There may be fewer threads than were asked for. An exception must not reach the native code below.
    [UnmanagedCallersOnly]
    private static void RunParts(void* data)
    {
        var work = (Work)GCHandle.FromIntPtr((nint)data).Target!;
        try
        {
            int threads = threadCount();
            for (int part = threadNumber(); part < work.Parts; part += threads)
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
