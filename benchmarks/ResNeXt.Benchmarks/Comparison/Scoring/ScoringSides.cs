using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using ResNeXt.Benchmarks.Comparison.Plain;
using ResNeXt.Core.NativeLoading;
using ResNeXt.MLNet;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Benchmarks.Comparison.Scoring;

/// <summary>The sides of the scoring rows; each takes the folder with the files of a <see cref="ScoringModel"/>.</summary>
internal static class ScoringSides
{
    // ML.NET hands rows out in batches of 128 to two threads: with fewer rows one of the threads would have nothing to do.
    private const int Images = 256, EagerBatch = 32;

    /// <summary>A reloaded pipeline on pixels that are ready.</summary>
    public static IMeasuredSide PipelineOnRows(string folder)
    {
        (MLContext mlContext, ITransformer model) = Load(new ScoringModel(folder).PixelZip);
        IDataView rows = mlContext.Data.LoadFromEnumerable(PixelRow.Noise(Images));
        return new Bulk((IDisposable)model, () => model.Transform(rows).GetColumn<float[]>("Score"));
    }

    /// <summary>A session on pixels that are ready.</summary>
    public static IMeasuredSide SessionOnRows(string folder)
    {
        var session = new RawSession(new ScoringModel(folder).Onnx);
        PixelRow[] rows = PixelRow.Noise(Images);
        return new Bulk(session, () => rows.Select(row => session.Score(row.Features)));
    }

    /// <summary>A reloaded pipeline on image files.</summary>
    public static IMeasuredSide PipelineOnFiles(string folder)
    {
        (MLContext mlContext, ITransformer model) = Load(new ScoringModel(folder).FileZip);
        IDataView rows = mlContext.Data.LoadFromEnumerable(Files(folder).Select(file => new FileRow { ImagePath = file }));
        return new Bulk((IDisposable)model, () => model.Transform(rows).GetColumn<float[]>("Score"));
    }

    /// <summary>The command <c>resnext score</c> on the same files.</summary>
    public static IMeasuredSide CommandOnFiles(string folder) => new ScoreCommandRun(folder, Files(folder));

    /// <summary>Files decoded and resized by the same code, each scored by a session before the next one is decoded.</summary>
    public static IMeasuredSide SessionOnFiles(string folder)
    {
        var session = new RawSession(new ScoringModel(folder).Onnx);
        string[] files = [.. Files(folder)];
        var mlContext = new MLContext();
        var pixels = mlContext.Model.CreatePredictionEngine<FileRow, PixelRow>(mlContext.Transforms.DecodeImages()
            .Append(mlContext.Transforms.ResizeImages("Resized", ScoringModel.ImageSize, ScoringModel.ImageSize, "Image", ImageResizingEstimator.ResizingKind.IsoCrop))
            .Append(mlContext.Transforms.ExtractPixels("Features", "Resized"))
            .Fit(mlContext.Data.LoadFromEnumerable(Array.Empty<FileRow>())));
        return new Bulk(session, () => files.Select(file => session.Score(pixels.Predict(new FileRow { ImagePath = file }).Features)));
    }

    /// <summary>The plain network in libtorch, in batches.</summary>
    public static IMeasuredSide EagerOnRows(string architecture)
    {
        TorchLibrary.EnsureLoaded();
        nn.Module<Tensor, Tensor> network = PlainNetworks.Get(architecture);
        network.eval();
        Tensor[] batches = [.. Enumerable.Range(0, Images / EagerBatch).Select(_ => randn(EagerBatch, 3, ScoringModel.ImageSize, ScoringModel.ImageSize))];
        return new Bulk(network, () => batches.SelectMany(batch => Eager(network, batch)));
    }

    /// <summary>One image through a prediction engine of a reloaded pipeline.</summary>
    public static IMeasuredSide EngineOnOne(string folder)
    {
        (MLContext mlContext, ITransformer model) = Load(new ScoringModel(folder).PixelZip);
        PixelRow row = PixelRow.Noise(1)[0];
        var engine = mlContext.Model.CreatePredictionEngine<PixelRow, ScoreRow>(model);
        return new Repeated(engine, () => engine.Predict(row).Score);
    }

    /// <summary>One image through a session.</summary>
    public static IMeasuredSide SessionOnOne(string folder)
    {
        var session = new RawSession(new ScoringModel(folder).Onnx);
        PixelRow row = PixelRow.Noise(1)[0];
        return new Repeated(session, () => session.Score(row.Features));
    }

    private static IEnumerable<float[]> Eager(nn.Module<Tensor, Tensor> network, Tensor batch)
    {
        using DisposeScope scope = NewDisposeScope();
        using (inference_mode())
        {
            float[] scores = nn.functional.softmax(network.call(batch), 1).data<float>().ToArray();
            return scores.Chunk(ScoringModel.Classes);
        }
    }

    private static IEnumerable<string> Files(string folder)
    {
        string[] files = JpegFiles.In(folder);
        return Enumerable.Range(0, Images).Select(index => files[index % files.Length]);
    }

    private static (MLContext MlContext, ITransformer Model) Load(string zip)
    {
        var mlContext = new MLContext();
        return (mlContext, mlContext.Model.Load(zip, out _));
    }
}
