using System.Net;

namespace ResNeXt.AspNetCore.Tests;

/// <summary>A body that sends its first byte at once, and the others when it is released.</summary>
internal sealed class HeldContent(byte[] content) : HttpContent
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _released.TrySetResult();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(content.AsMemory(0, 1));
        await stream.FlushAsync();
        await _released.Task;
        await stream.WriteAsync(content.AsMemory(1));
    }

    protected override bool TryComputeLength(out long length)
    {
        length = content.Length;
        return true;
    }
}
