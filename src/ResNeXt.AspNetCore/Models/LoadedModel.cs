using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet;

namespace ResNeXt.AspNetCore.Models;

/// <summary>A model that is loaded, and freed when its owner and the last of its users have released it.</summary>
internal sealed class LoadedModel
{
    private const int TrialSide = 64;

    // The owner counts as one.
    private int _users = 1;

    private LoadedModel(ResNeXtPredictor predictor, ModelFileStamp? stamp, DateTimeOffset time) =>
        (Predictor, Stamp, Time) = (predictor, stamp, time);

    /// <summary>The predictor; only between <see cref="TryAcquire"/> and <see cref="Release"/>.</summary>
    public ResNeXtPredictor Predictor { get; }

    /// <summary>The version of the file.</summary>
    public ModelFileStamp? Stamp { get; }

    /// <summary>When it was loaded.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>Loads a model, and scores an image with it.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="options">The options of the predictor.</param>
    /// <param name="time">The time to note.</param>
    public static LoadedModel Load(string path, PredictorOptions options, DateTimeOffset time)
    {
        // Before loading: if the file changes meanwhile, the next look at it finds another stamp.
        ModelFileStamp? stamp = ModelFileStamp.Of(path);
        ResNeXtPredictor predictor = ResNeXtPredictor.Load(new MLContext(), path, options);
        try
        {
            // Also makes ONNX Runtime allocate what the first request would otherwise wait for.
            byte[] pixels = new byte[TrialSide * TrialSide * 4];
            Array.Fill(pixels, byte.MaxValue);
            using MLImage image = MLImage.CreateFromPixels(TrialSide, TrialSide, MLPixelFormat.Rgba32, pixels);
            predictor.Predict(image);
            return new LoadedModel(predictor, stamp, time);
        }
        catch
        {
            predictor.Dispose();
            throw;
        }
    }

    /// <summary>Begins a use, unless the model is already freed.</summary>
    public bool TryAcquire()
    {
        for (int users = Volatile.Read(ref _users); users > 0;)
        {
            int found = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (found == users)
                return true;
            users = found;
        }
        return false;
    }

    /// <summary>Ends a use, or the ownership; the last one frees the model.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
            Predictor.Dispose();
    }
}
