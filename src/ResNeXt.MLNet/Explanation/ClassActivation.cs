using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.OnnxSessions;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Prediction;
using ResNeXt.MLNet.Scoring.Columns;

namespace ResNeXt.MLNet.Explanation;

/// <summary>Computes class activation maps: scores an image, and finds where the network found what speaks for a class. Thread-safe.</summary>
internal sealed class ClassActivation : IDisposable
{
    private readonly ClassActivationModel _model;
    private readonly InferenceSession _session;
    private readonly SessionMemory _memory;
    private readonly PixelEngine _pixels;
    private readonly ImageShape _shape;

    /// <summary>Loads a classifier.</summary>
    /// <param name="services">The context of the model's steps.</param>
    /// <param name="shape">The shape of the images that the network gets.</param>
    /// <param name="onnx">The model, as <see cref="OnnxReader.ReadAny"/> accepts it.</param>
    /// <param name="threads">The number of threads that compute together; null for one per core.</param>
    /// <exception cref="NotSupportedException">The model's graph does not end like those that this library writes.</exception>
    public ClassActivation(MLServices services, ImageShape shape, byte[] onnx, int? threads)
    {
        _shape = shape;
        ClassActivationModel model = Explainable(onnx);
        _pixels = new PixelEngine(services, shape);
        try
        {
            // Threads that spin after their work would take the CPU from the session that predicts.
            _session = OnnxRuntimeAccess.OpenForCallers(model.Onnx, threads, services.CreateSessionOptions);
        }
        catch
        {
            _pixels.Dispose();
            throw;
        }
        // The session has a copy of the bytes.
        _model = model with { Onnx = [] };
        _memory = new SessionMemory(onnx.Length);
    }

    /// <summary>Scores an image and computes the map of a class.</summary>
    /// <param name="image">The upright image; the caller keeps it.</param>
    /// <param name="seen">The image that the model's steps take: the same, or what it was cropped and resized to; the caller keeps it.</param>
    /// <param name="choose">Chooses the index of the class from the probabilities.</param>
    /// <returns>The probabilities and features, and the map of the class.</returns>
    /// <exception cref="InvalidDataException">The scores are not finite.</exception>
    public (ImageScores Scores, HeatMap Heat) Compute(MLImage image, MLImage seen, Func<float[], int> choose)
    {
        float[] pixels = _pixels.Read(seen);
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(pixels, [1, _shape.Channels, _shape.Height, _shape.Width]);
        using var run = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(
            run, new Dictionary<string, OrtValue> { [_model.Signature.Input] = input }, [_model.Signature.Score, _model.Maps]);
        float[] scores = outputs[0].GetTensorDataAsSpan<float>().ToArray();
        if (!Array.TrueForAll(scores, float.IsFinite))
        {
            throw new InvalidDataException(
                "The model gives scores that are not finite for this image; its weights are damaged. Train or download it again.");
        }
        long[] shape = outputs[1].GetTensorTypeAndShape().Shape;
        // A model that also scores the mirror image has the maps of both; those of the image come first.
        if (shape is not [1 or 2, var channels, var height, var width]
            || channels != _model.Weights.Channels || scores.Length != _model.Weights.Classes)
        {
            throw new InvalidDataException(
                $"The model's last feature maps have the shape [{string.Join(", ", shape)}], which does not match its last layer.");
        }
        ReadOnlySpan<float> maps = outputs[1].GetTensorDataAsSpan<float>()[..(int)(channels * height * width)];
        float[] activations = Sum(maps, _model.Weights.Of(choose(scores)));
        return (new(scores, Means(maps, (int)channels)), HeatMap.Of(activations, (int)width, image.Width, image.Height, _shape));
    }

    public void Dispose()
    {
        _session.Dispose();
        _pixels.Dispose();
        _memory.Dispose();
    }

    private static ClassActivationModel Explainable(byte[] onnx)
    {
        try
        {
            return ClassActivationModel.Of(onnx);
        }
        // The model scores images, so it is the graph that is unusual, not an image that is damaged.
        catch (InvalidDataException exception)
        {
            throw new NotSupportedException($"The model's predictions cannot be explained. {exception.Message}", exception);
        }
    }

    // A feature is the mean of a feature map.
    private static float[] Means(ReadOnlySpan<float> maps, int channels)
    {
        var means = new float[channels];
        int places = maps.Length / channels;
        for (int channel = 0; channel < channels; channel++)
        {
            float sum = 0;
            foreach (float value in maps.Slice(channel * places, places))
                sum += value;
            means[channel] = sum / places;
        }
        return means;
    }

    // The feature maps, weighted with the weights of the class.
    private static float[] Sum(ReadOnlySpan<float> maps, ReadOnlySpan<float> weights)
    {
        var sum = new float[maps.Length / weights.Length];
        for (int channel = 0; channel < weights.Length; channel++)
        {
            for (int place = 0; place < sum.Length; place++)
                sum[place] += weights[channel] * maps[channel * sum.Length + place];
        }
        return sum;
    }
}
