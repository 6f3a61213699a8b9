using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using ResNeXt.Benchmarks.Comparison;
using ResNeXt.Benchmarks.Comparison.Scoring;
using ResNeXt.MLNet;

namespace ResNeXt.Benchmarks.Explaining;

/// <summary>
/// Measures what an explanation costs, beside a prediction: each of the image files is predicted, explained, and explained and drawn, by turns.
/// </summary>
internal static class ExplainCommand
{
    private const int Rounds = 5, Files = 20;

    public static int Run(string architecture)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("resnext-explain-");
        try
        {
            var model = new ScoringModel(folder.FullName);
            model.Write(architecture);
            JpegFiles.Paint(folder.FullName, Files);
            using var predictor = ResNeXtPredictor.Load(new MLContext(), model.FileZip);
            Measure(predictor, JpegFiles.In(folder.FullName));
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Measure(ResNeXtPredictor predictor, string[] files)
    {
        Action<string>[] works = [file => predictor.Predict(file), file => predictor.Explain(file), file => predictor.Explain(file).ToPng()];
        List<double>[] times = [[], [], []];
        for (int round = 0; round <= Rounds; round++)
        {
            for (int work = 0; work < works.Length; work++)
            {
                double milliseconds = Time(works[work], files);
                // The first round loads what the others find.
                if (round > 0)
                    times[work].Add(milliseconds);
            }
        }
        Spread[] spreads = [.. times.Select(Spread.Of)];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"""
            milliseconds an image, medians of {Rounds} rounds by turns (smallest to largest):
            predict: {spreads[0]}
            explain: {spreads[1]}, {spreads[1].Median / spreads[0].Median:F2} predictions
            explain and draw: {spreads[2]}, {spreads[2].Median / spreads[0].Median:F2} predictions
            """));
    }

    private static double Time(Action<string> work, string[] files)
    {
        var clock = Stopwatch.StartNew();
        foreach (string file in files)
            work(file);
        return clock.Elapsed.TotalMilliseconds / files.Length;
    }
}
