using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using ResNeXt.Core.NativeLoading;
using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels;

/// <summary>
/// Runs work on the threads that libtorch computes on, where it uses GNU's OpenMP. After each of its operations they go on looking for work for some
/// milliseconds; threads of .NET's pool would have to share the cores with them. Elsewhere the work runs on .NET's.
/// </summary>
internal static unsafe class KernelThreads
{
    private static readonly Lazy<OpenMP?> Native = new(OpenMP.Find);

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
        else if (Native.Value is { } native)
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

    /// <summary>What a compiler calls for a parallel region of OpenMP (GNU libgomp's application binary interface).</summary>
    private sealed class OpenMP
    {
        private static delegate* unmanaged<int> threadNumber;
        private static delegate* unmanaged<int> threadCount;
        private readonly delegate* unmanaged<delegate* unmanaged<void*, void>, void*, uint, uint, void> _parallel;

        private OpenMP(nint parallel) => _parallel = (delegate* unmanaged<delegate* unmanaged<void*, void>, void*, uint, uint, void>)parallel;

        /// <summary>The copy that libtorch is linked with, or null.</summary>
        public static OpenMP? Find()
        {
            nint library = TorchLibraryLoader.LoadOnce();
            if (!OperatingSystem.IsLinux() || !NativeLibrary.TryGetExport(library, "GOMP_parallel", out nint parallel)
                || !NativeLibrary.TryGetExport(library, "omp_get_thread_num", out nint number) || !NativeLibrary.TryGetExport(library, "omp_get_num_threads", out nint count))
            {
                return null;
            }
            threadNumber = (delegate* unmanaged<int>)number;
            threadCount = (delegate* unmanaged<int>)count;
            return new(parallel);
        }

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
}
