using System.Diagnostics;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Quantization.Calibration;

namespace ResNeXt.Core.Quantization;

/// <summary>The speed of a classifier in float32 and in int8 on single images: medians of alternating runs.</summary>
/// <param name="Float32">Images per second in float32.</param>
/// <param name="Int8">Images per second in int8.</param>
internal sealed record SpeedComparison(double Float32, double Int8)
{
    private const int WarmUps = 2, LeastRuns = 5, MostRuns = 200;

    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(2);

    /// <summary>Measures the speed, which takes some seconds.</summary>
    /// <param name="float32">The ONNX model in float32.</param>
    /// <param name="int8">The ONNX model in int8.</param>
    /// <param name="shape">The shape of the images.</param>
    /// <param name="images">The images to score.</param>
    /// <param name="cancellation">Cancels between two runs.</param>
    public static SpeedComparison Measure(byte[] float32, byte[] int8, ImageShape shape, IImageDataset images, CancellationToken cancellation)
    {
        using var first = new ClassifierSession(float32, shape);
        using var second = new ClassifierSession(int8, shape, isQuantized: true);
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
