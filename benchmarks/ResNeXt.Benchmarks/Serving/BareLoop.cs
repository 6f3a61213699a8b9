using System.Diagnostics;
using ResNeXt.Benchmarks.Comparison.Scoring;
using SkiaSharp;

namespace ResNeXt.Benchmarks.Serving;

/// <summary>
/// What a program does that uses ONNX Runtime alone: it decodes JPEG files that have the network's size already, and runs a session. A loop per
/// processor shares the session, as one loop would leave processors idle while it decodes.
/// </summary>
internal static class BareLoop
{
    private const int Pixels = ScoringModel.ImageSize * ScoringModel.ImageSize;

    /// <summary>Scores for a time.</summary>
    public static LoopResult Run(RawSession session, byte[][] files, TimeSpan time)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        int[] counts = new int[Environment.ProcessorCount];
        Thread[] loops = [.. counts.Select((_, loop) => new Thread(() => counts[loop] = Count(session, files, loop, clock, time)))];
        foreach (Thread loop in loops)
            loop.Start();
        foreach (Thread loop in loops)
            loop.Join();
        return new(counts.Sum(), clock.Elapsed, Environment.CpuUsage.TotalTime - before);
    }

    private static int Count(RawSession session, byte[][] files, int first, Stopwatch clock, TimeSpan time)
    {
        var pixels = new float[3 * Pixels];
        int count = 0;
        for (; clock.Elapsed < time; count++)
        {
            Decode(files[(first + count) % files.Length], pixels);
            session.Score(pixels);
        }
        return count;
    }

    private static void Decode(byte[] file, float[] pixels)
    {
        using SKBitmap bitmap = SKBitmap.Decode(file, new SKImageInfo(ScoringModel.ImageSize, ScoringModel.ImageSize, SKColorType.Rgba8888));
        ReadOnlySpan<byte> bytes = bitmap.GetPixelSpan();
        for (int pixel = 0; pixel < Pixels; pixel++)
        {
            pixels[pixel] = bytes[4 * pixel];
            pixels[Pixels + pixel] = bytes[4 * pixel + 1];
            pixels[2 * Pixels + pixel] = bytes[4 * pixel + 2];
        }
    }
}
