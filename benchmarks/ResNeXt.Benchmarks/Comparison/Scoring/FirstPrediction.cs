using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet;

namespace ResNeXt.Benchmarks.Comparison.Scoring;

/// <summary>The milliseconds from a process's start to its first prediction, with a saved pipeline, a predictor, or a session alone.</summary>
internal static class FirstPrediction
{
    /// <summary>Through <c>mlContext.Model.Load</c> and a prediction engine.</summary>
    /// <param name="zip">The saved pipeline.</param>
    public static IMeasuredSide OfPipeline(string zip) => new Measured(clock =>
    {
        var mlContext = new MLContext();
        clock.End("context");
        ITransformer model = mlContext.Model.Load(zip, out _);
        clock.End("load, with the session's making");
        using var engine = mlContext.Model.CreatePredictionEngine<PixelRow, ScoreRow>(model);
        clock.End("engine");
        engine.Predict(Row());
        clock.End("first run");
        engine.Predict(Row());
        clock.End("second run");
    });

    /// <summary>Through a <see cref="ResNeXtPredictor"/>.</summary>
    /// <param name="zip">The saved classifier of images.</param>
    public static IMeasuredSide OfPredictor(string zip) => new Measured(clock =>
    {
        using var predictor = ResNeXtPredictor.Load(new MLContext(), zip);
        clock.End("load, with the session's making");
        const int Side = ScoringModel.ImageSize, BytesPerPixel = 4;
        using MLImage image = MLImage.CreateFromPixels(Side, Side, MLPixelFormat.Rgba32, new byte[Side * Side * BytesPerPixel]);
        predictor.Predict(image);
        clock.End("first run");
        predictor.Predict(image);
        clock.End("second run");
    });

    /// <summary>With the ONNX file and ONNX Runtime alone.</summary>
    /// <param name="onnx">The ONNX file.</param>
    public static IMeasuredSide OfSession(string onnx) => new Measured(clock =>
    {
        using var session = new RawSession(onnx);
        clock.End("load, with the session's making");
        session.Score(Row().Features);
        clock.End("first run");
        session.Score(Row().Features);
        clock.End("second run");
    });

    private static PixelRow Row() => new() { Features = new float[3 * ScoringModel.ImageSize * ScoringModel.ImageSize] };

    private sealed class Measured(Action<Clock> work) : IMeasuredSide
    {
        public Reading Measure()
        {
            var clock = new Clock();
            work(clock);
            return new(clock.Parts.Where(part => part.Key != "second run").Sum(part => part.Value)) { Parts = clock.Parts };
        }

        public void Dispose()
        {
        }
    }

    /// <summary>Splits time into parts that follow each other, the first of them from the process's start.</summary>
    private sealed class Clock
    {
        private long _last = Stopwatch.GetTimestamp();

        public Clock()
        {
            string started = Environment.GetEnvironmentVariable(SideProcess.StartedVariable)!;
            Parts["runtime's start"] = (DateTime.UtcNow - new DateTime(long.Parse(started, CultureInfo.InvariantCulture), DateTimeKind.Utc)).TotalMilliseconds;
        }

        public Dictionary<string, double> Parts { get; } = [];

        public void End(string part)
        {
            Parts[part] = Stopwatch.GetElapsedTime(_last).TotalMilliseconds;
            _last = Stopwatch.GetTimestamp();
        }
    }
}
