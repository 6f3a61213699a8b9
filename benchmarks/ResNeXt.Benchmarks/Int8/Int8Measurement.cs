using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.OnnxSessions;
using ResNeXt.Core.Quantization;

namespace ResNeXt.Benchmarks.Int8;

/// <summary>What one network costs in both precisions.</summary>
/// <param name="Network">Its name.</param>
/// <param name="BatchSize">Images a run.</param>
/// <param name="Float32">Images a second in float32, one number per run, ascending.</param>
/// <param name="Int8">Images a second in int8, one number per run, ascending.</param>
/// <param name="SizeRatio">The size of the model in int8, as a fraction of that in float32.</param>
/// <param name="HasInt8Instructions">Whether the CPU has VNNI or Arm's dot product.</param>
internal sealed record Int8Measurement(
    string Network, int BatchSize, IReadOnlyList<double> Float32, IReadOnlyList<double> Int8, double SizeRatio, bool HasInt8Instructions)
{
    private const int WarmUps = 2;

    // Short runs would measure the clock and the scheduler.
    private static readonly TimeSpan LeastTime = TimeSpan.FromSeconds(0.5);

    public double Float32Median => Float32[Float32.Count / 2];

    public double Int8Median => Int8[Int8.Count / 2];

    /// <summary>How many times as fast int8 is.</summary>
    public double Speedup => Int8Median / Float32Median;

    /// <summary>Runs both by turns, so that whatever else the machine does meets both alike.</summary>
    public static Int8Measurement Take(string network, byte[] float32, QuantizedClassifier int8, int batchSize, int runs)
    {
        // As predictors open sessions.
        using InferenceSession first = OnnxRuntimeAccess.OpenForCallers(float32, threads: null, createOptions: null);
        using InferenceSession second = OnnxRuntimeAccess.OpenForCallers(int8.Write(), threads: null, createOptions: null, isQuantized: true);
        ImageShape shape = int8.Model.Shape;
        float[] pixels = [.. Enumerable.Range(0, batchSize * shape.Length).Select(index => (float)(index * 2_654_435_761L % 256))];
        using OrtValue images = OrtValue.CreateTensorValueFromMemory(pixels, [batchSize, shape.Channels, shape.Height, shape.Width]);
        var speeds = (Float32: new List<double>(), Int8: new List<double>());
        for (int run = 0; run < runs; run++)
        {
            speeds.Float32.Add(batchSize * Rate(first, images));
            speeds.Int8.Add(batchSize * Rate(second, images));
        }
        return new(network, batchSize, [.. speeds.Float32.Order()], [.. speeds.Int8.Order()], int8.Report.SizeRatio, int8.Report.HasInt8Instructions);
    }

    // Batches a second.
    private static double Rate(InferenceSession session, OrtValue images)
    {
        for (int i = 0; i < WarmUps; i++)
            Score(session, images);
        int count = 0;
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < LeastTime)
        {
            Score(session, images);
            count++;
        }
        return count / clock.Elapsed.TotalSeconds;
    }

    private static void Score(InferenceSession session, OrtValue images)
    {
        using var options = new RunOptions();
        session.Run(options, new Dictionary<string, OrtValue> { ["Features"] = images }, [OnnxSignature.Logits]).Dispose();
    }
}
