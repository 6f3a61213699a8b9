using ResNeXt.Core.Weights.Pretrained.Downloads;
using static System.FormattableString;

namespace ResNeXt.Tool.Weights;

/// <summary>Shows on standard error how far a download is: in one line of a terminal, or else when it begins and when it ends.</summary>
internal sealed class DownloadLine : IProgress<DownloadProgress>
{
    private bool _started;

    public void Report(DownloadProgress value)
    {
        bool isComplete = value.BytesReceived == value.TotalBytes;
        string text = Invariant($"Downloading {value.FileName}: {value.BytesReceived / 1e6:F0}")
            + (value.TotalBytes is { } total ? Invariant($" of {total / 1e6:F0} MB") : " MB");
        if (!Console.IsErrorRedirected)
            Console.Error.Write($"\r{text}{(isComplete ? Environment.NewLine : "")}");
        else if (!_started || isComplete)
            Console.Error.WriteLine(text);
        _started = true;
    }
}
