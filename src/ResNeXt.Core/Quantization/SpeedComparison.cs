using System.Diagnostics;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx.Models;

namespace ResNeXt.Core.Quantization;

/// <summary>How fast two graphs of one network score single images, in images a second: medians of runs that take turns.</summary>
internal sealed record SpeedComparison(double Float32, double Int8)
{
    private const int WarmUps = 2, LeastRuns = 5, MostRuns = 200;

    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(2);

    /// <summary>Takes some seconds.</summary>
    public static SpeedComparison Measure(byte[] float32, byte[] int8, ImageShape shape, IImageDataset images, CancellationToken cancellation)
    {
        using var first = new ClassifierSession(float32, shape);
        using var second = new ClassifierSession(int8, shape);
        var times = (First: new List<double>(), Second: new List<double>());
        var clock = Stopwatch.StartNew();
        for (int run = -WarmUps; run < LeastRuns || (run < MostRuns && clock.Elapsed < Enough); run++)
        {
            cancellation.ThrowIfCancellationRequested();
            int image = (run + WarmUps) % images.Count;
            (double a, double b) = (Seconds(first, images, image), Seconds(second, images, image));
            if (run < 0)
                continue;
            times.First.Add(a);
            times.Second.Add(b);
        }
        return new(1 / Median(times.First), 1 / Median(times.Second));
    }

    private static double Seconds(ClassifierSession session, IImageDataset images, int image)
    {
        long start = Stopwatch.GetTimestamp();
        session.Run(images, image, 1, [OnnxSignature.Logits]).Dispose();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
