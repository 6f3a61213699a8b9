namespace ResNeXt.Tool.LabelChecks;

/// <summary>Shows on standard error how many images are done: in one line of a terminal; elsewhere every 500 images.</summary>
internal sealed class CountLine : IProgress<int>
{
    private const int OfTerminal = 10, Elsewhere = 500;

    public void Report(int value)
    {
        if (!Console.IsErrorRedirected && value % OfTerminal == 0)
            Console.Error.Write($"\r{value} images \r");
        else if (Console.IsErrorRedirected && value % Elsewhere == 0)
            Console.Error.WriteLine($"{value} images");
    }
}
