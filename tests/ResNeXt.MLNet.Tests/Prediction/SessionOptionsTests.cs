using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Transforms.Onnx;
using ResNeXt.MLNet.Pipelines;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Prediction;

/// <summary>Options of ONNX Runtime that an MLContext holds apply to every session of its models.</summary>
public sealed class SessionOptionsTests
{
    private readonly MLContext _context = new();
    private int _made;

    public SessionOptionsTests() => _context.SetOnnxSessionOption(new() { CreateSessionOptions = () =>
    {
        Interlocked.Increment(ref _made);
        return new SessionOptions { IntraOpNumThreads = 1 };
    } });

    [Fact]
    public void Predict_InAContextWithSessionOptions_UsesThemForScoringAndExplaining()
    {
        using TemporaryFile zip = Saved();
        using MLImage image = MLImage.CreateFromPixels(20, 30, MLPixelFormat.Rgba32, new byte[2400]);
        using var plain = ResNeXtPredictor.Load(new MLContext(), zip.Path);

        using var predictor = ResNeXtPredictor.Load(_context, zip.Path);
        Assert.Equal(1, _made);
        Assert.Equal(plain.Predict(image).Scores, predictor.Predict(image).Scores);
        predictor.Explain(image);

        Assert.Equal(2, _made);
    }

    [Fact]
    public void Load_OfAPipelineInAContextWithSessionOptions_UsesThem()
    {
        using TemporaryFile zip = Saved();

        ITransformer model = _context.Model.Load(zip.Path, out _);

        Assert.InRange(_made, 1, 2);
        (model as IDisposable)?.Dispose();
    }

    [Fact]
    public void Load_InAContextForAGpuThatIsMissing_UsesThemOnTheCpu()
    {
        using TemporaryFile zip = Saved();
        _context.GpuDeviceId = 77;

        using ResNeXtTransformer model = ResNeXtTransformer.Load(_context, zip.Path);

        Assert.InRange(_made, 1, 2);
    }

    [Fact]
    public void CreateSessionOptions_OfOptionsWithoutAFactory_HasTheirValues()
    {
        var context = new MLContext();
        context.SetOnnxSessionOption(new()
        {
            IntraOpNumThreads = 3, GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL, EnableMemoryPattern = false,
        });

        using SessionOptions made = MLServices.Of(context).CreateSessionOptions!();

        Assert.Equal(
            (3, GraphOptimizationLevel.ORT_DISABLE_ALL, false, true),
            (made.IntraOpNumThreads, made.GraphOptimizationLevel, made.EnableMemoryPattern, made.EnableCpuMemArena));
        Assert.Null(MLServices.Of(new MLContext()).CreateSessionOptions);
    }

    private static TemporaryFile Saved()
    {
        var file = new TemporaryFile(name: "model.zip");
        MlContext.Model.Save(LastStep("Image"), null, file.Path);
        return file;
    }
}
