using System.Runtime.InteropServices;

namespace ResNeXt.Core.OnnxSessions;

/// <summary>
/// The native memory of a session that may be closed while the process goes on, for example because a server replaces its model. It is made when the
/// session is open, and disposed of after it.
/// </summary>
/// <remarks>
/// <para>
/// The garbage collector only sees a small object, so it collects late what the loading has left: several times the size of the model. It is told how
/// much memory there is.
/// </para>
/// <para>
/// glibc has a heap per thread, up to eight per processor, and keeps there what is freed. The weights go through such heaps several times while a
/// session is opened, each time on another thread. So a process that opens one session after the other grows although it closes them, until it asks
/// glibc to return the memory. Other C libraries, and other systems, do so by themselves.
/// </para>
/// </remarks>
internal sealed partial class SessionMemory : IDisposable
{
    // ONNX Runtime keeps most weights in a form of its own beside the original one.
    private const int Copies = 2;

    private readonly long _bytes;
    private int _disposed;

    /// <summary>Tells the garbage collector of it.</summary>
    /// <param name="length">The length of the ONNX model, in bytes.</param>
    public SessionMemory(int length)
    {
        _bytes = Math.Max(1, (long)Copies * length);
        GC.AddMemoryPressure(_bytes);
    }

    /// <summary>Tells the garbage collector that it is free, and returns free memory to the operating system, which takes some milliseconds.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        GC.RemoveMemoryPressure(_bytes);
        if (OperatingSystem.IsLinux())
            Return();
    }

    private static void Return()
    {
        try
        {
            _ = Trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library, musl for example.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint padding);
}
