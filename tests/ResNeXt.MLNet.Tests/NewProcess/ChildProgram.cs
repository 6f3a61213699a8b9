using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights;

namespace ResNeXt.MLNet.Tests.NewProcess;

/// <summary>What tests run in a new process, in which nothing was registered, loaded or written before. The test assembly itself is the
/// program.</summary>
internal static class ChildProgram
{
    /// <summary>Scores a table with pipelines, one after the other: TABLE.tsv MODEL.zip...</summary>
    public const string Score = "score";

    /// <summary>Scores a table's images, resized by a stock transform, with a model that takes images: MODEL.zip TABLE.tsv HEIGHT WIDTH.</summary>
    public const string ScoreResized = "score-resized";

    /// <summary>Scores one small image with a model of <see cref="TinyModel"/>: MODEL.zip.</summary>
    public const string ScorePixels = "score-pixels";

    /// <summary>Loads a model in every way and disposes of none; then ends as it is told: MODEL.zip exit|kill.</summary>
    public const string Leave = "leave";

    /// <summary>
    /// Saves two models, or the weights of two, in turn as the same file until it is killed, and says "saving" after the second: FIRST SECOND FILE.
    /// </summary>
    public const string SaveForever = "save-forever";

    public static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case [Score, var table, .. var models]:
                foreach (string model in models)
                    Print(Load(model).Transform(ImageTable.Load(new MLContext(), table)));
                return 0;
            case [ScoreResized, var model, var table, var height, var width]:
                Print(Load(model).Transform(Resized(table, Number(height), Number(width))));
                return 0;
            case [ScorePixels, var model]:
                Print(Load(model).Transform(Patterns.Rows(new MLContext(), count: 1)));
                // Telemetry is sent in the background.
                Thread.Sleep(TimeSpan.FromSeconds(1));
                return 0;
            case [Leave, var model, var end]:
                ITransformer loaded = Load(model);
                var part = ResNeXtTransformer.Load(new MLContext(), model);
                Console.WriteLine(part.ClassNames.Count);
                if (end == "kill")
                    Process.GetCurrentProcess().Kill();
                GC.KeepAlive(loaded);
                GC.KeepAlive(part);
                return 0;
            case [SaveForever, var first, var second, var file]:
                Action[] inTurn = Path.GetExtension(file) == ".zip"
                    ? [SavingOfModel(first, file), SavingOfModel(second, file)]
                    : [SavingOfWeights(first, file), SavingOfWeights(second, file)];
                for (int i = 0; ; i++)
                {
                    inTurn[i % 2]();
                    if (i == 1)
                        Console.WriteLine("saving");
                }
            default:
                Console.Error.WriteLine($"Unknown: {string.Join(' ', arguments)}");
                return 1;
        }
    }

    private static Action SavingOfModel(string model, string file)
    {
        ITransformer loaded = Load(model);
        return () => new MLContext().Model.SaveUncompressed(loaded, inputSchema: null, file);
    }

    private static Action SavingOfWeights(string weights, string file)
    {
        StateDict read = WeightFile.Read(weights);
        return () => SafetensorsFile.Write(file, read);
    }

    private static ITransformer Load(string model) => new MLContext().Model.Load(model, out _);

    private static IDataView Resized(string table, int height, int width)
    {
        var mlContext = new MLContext();
        IDataView rows = ImageTable.Load(mlContext, table);
        return mlContext.Transforms.LoadImages("Image", "", "Path")
            .Append(mlContext.Transforms.ResizeImages("Image", width, height)).Fit(rows).Transform(rows);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static void Print(IDataView scored)
    {
        foreach (float[] scores in scored.GetColumn<float[]>("Score"))
            Console.WriteLine(ImageTable.Line(scores));
    }
}
