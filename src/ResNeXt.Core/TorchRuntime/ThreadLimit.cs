using ResNeXt.Core.Kernels;
using static TorchSharp.torch;

namespace ResNeXt.Core.TorchRuntime;

/// <summary>Sets the number of threads that libtorch and this library's kernels compute on; disposal restores the caller's number.</summary>
/// <remarks>
/// libtorch keeps the number per thread, and a new thread gets the number of the last call. So it is set and restored on the threads that prepare
/// batches too. Each of those computes alone, because several of them work in parallel.
/// </remarks>
internal sealed class ThreadLimit : IDisposable
{
    private readonly int _before = get_num_threads();
    private readonly int _threads;
    private readonly int _thread = Environment.CurrentManagedThreadId;

    /// <summary>Sets the number for the calling thread.</summary>
    /// <param name="threads">The number of threads; null for libtorch's default, limited to the processors that the process may use.</param>
    public ThreadLimit(int? threads)
    {
        // libtorch does not know a container's limit on processor time; Environment.ProcessorCount does.
        _threads = threads ?? Math.Min(_before, Environment.ProcessorCount);
        if (_threads != _before)
            set_num_threads(_threads);
    }

    /// <summary>Limits a thread that prepares batches to itself until the result is disposed.</summary>
    public Worker OnWorker() => new(this);

    public void Dispose()
    {
        if (_threads != _before)
            set_num_threads(_before);
    }

    /// <summary>The limit of one thread while it prepares a batch.</summary>
    public readonly struct Worker : IDisposable
    {
        private readonly int _before;

        public Worker(ThreadLimit limit)
        {
            // Also makes libtorch initialize the thread, which it would otherwise do in the first operation.
            int own = get_num_threads();
            // The training thread may prepare a batch itself while it waits; it needs its own number again.
            bool isNew = own == limit._threads && Environment.CurrentManagedThreadId != limit._thread;
            _before = isNew ? limit._before : own;
            GnuOpenMP.Library?.SetThreadsOfThisThread(1);
        }

        public void Dispose() => GnuOpenMP.Library?.SetThreadsOfThisThread(_before);
    }
}
