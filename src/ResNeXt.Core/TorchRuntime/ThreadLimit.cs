using ResNeXt.Core.Kernels;
using static TorchSharp.torch;

namespace ResNeXt.Core.TorchRuntime;

/// <summary>How many threads libtorch and our kernels compute on; the caller's number is back after disposal.</summary>
/// <remarks>
/// libtorch keeps the number per thread, and gives a new thread that of the last call. So the threads that prepare batches are set and put back too; each
/// computes alone, because several of them work side by side.
/// </remarks>
internal sealed class ThreadLimit : IDisposable
{
    private readonly int _before = get_num_threads();
    private readonly int _threads;
    private readonly int _thread = Environment.CurrentManagedThreadId;

    /// <summary>Sets the number for the calling thread.</summary>
    /// <param name="threads">The number; null for libtorch's, but no more than the processors that the process may use.</param>
    public ThreadLimit(int? threads)
    {
        // libtorch knows the processors of the process, but not a container's limit on their time.
        _threads = threads ?? Math.Min(_before, Environment.ProcessorCount);
        if (_threads != _before)
            set_num_threads(_threads);
    }

    /// <summary>Lets a thread that prepares batches compute alone until the result is disposed of.</summary>
    public Worker OnWorker() => new(this);

    public void Dispose()
    {
        if (_threads != _before)
            set_num_threads(_before);
    }

    /// <summary>The time that a thread prepares a batch.</summary>
    public readonly struct Worker : IDisposable
    {
        private readonly int _before;

        public Worker(ThreadLimit limit)
        {
            // Also makes libtorch set the thread up, which it would otherwise do in the first operation.
            int own = get_num_threads();
            // A batch that is waited for may also be prepared by the thread that waits, which goes on training.
            bool isNew = own == limit._threads && Environment.CurrentManagedThreadId != limit._thread;
            _before = isNew ? limit._before : own;
            GnuOpenMP.Library?.SetThreadsOfThisThread(1);
        }

        public void Dispose() => GnuOpenMP.Library?.SetThreadsOfThisThread(_before);
    }
}
