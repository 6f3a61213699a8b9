using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Text.Json;
using ResNeXt.Core.Onnx.Models;

namespace ResNeXt.MLNet.OutOfDistribution;

/// <summary>
/// How far an image is from those that a model was trained for, in the features of its network: its distance from the nearest class, as a multiple of
/// the distance that hardly any image of the classes exceeds.
/// </summary>
/// <remarks>
/// A class is represented by the mean direction of its features, and a distance is 1 minus the cosine of the angle to it. Lengths of features, which
/// differ from image to image, do not count. It is saved in the metadata of the model.
/// </remarks>
internal sealed class FeatureDistance
{
    // The metadata key. Part of saved models: never changed.
    private const string Note = "feature_distance";

    // Of a thousand images of the classes, one at most lies beyond the limit.
    private const double WithinLimit = 0.999;

    // Rounding must not decide, even if all images of a class have the same features.
    private const float LeastLimit = 0.01f;

    private readonly FeatureDistanceNote _note;

    // Classes x channels; of length 1, or 0 for a class of which no image was seen.
    private readonly float[] _directions;

    private FeatureDistance(FeatureDistanceNote note)
    {
        _note = note;
        _directions = new float[note.Directions.Length / sizeof(ushort)];
        for (int i = 0; i < _directions.Length; i++)
            _directions[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(note.Directions.AsSpan(sizeof(ushort) * i));
    }

    /// <summary>Measures where the classes are, and how far their images are from them.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="known">Features of images with the indices of their classes.</param>
    /// <param name="heldOut">Features of images of the same classes, for the limit.</param>
    /// <param name="widening">What the limit is multiplied by.</param>
    public static FeatureDistance Fit(int classes, IReadOnlyList<(float[] Features, int Class)> known, IReadOnlyList<float[]> heldOut, float widening)
    {
        int channels = known[0].Features.Length;
        var sums = new double[classes][];
        for (int index = 0; index < classes; index++)
            sums[index] = new double[channels];
        foreach ((float[] features, int label) in known)
        {
            double length = Math.Sqrt(features.Sum(value => (double)value * value));
            for (int channel = 0; channel < channels && length > 0; channel++)
                sums[label][channel] += features[channel] / length;
        }
        var bytes = new byte[sizeof(ushort) * classes * channels];
        for (int index = 0; index < classes; index++)
        {
            double length = Math.Sqrt(sums[index].Sum(value => value * value));
            for (int channel = 0; channel < channels && length > 0; channel++)
                BinaryPrimitives.WriteHalfLittleEndian(bytes.AsSpan(sizeof(ushort) * (index * channels + channel)), (Half)(sums[index][channel] / length));
        }
        var unscaled = new FeatureDistance(new(1, channels, bytes));
        float[] distances = [.. heldOut.Select(features => unscaled.Of(features)).Order()];
        float limit = distances[(int)Math.Ceiling(WithinLimit * distances.Length) - 1];
        return new(new(Math.Max(LeastLimit, widening * limit), channels, bytes));
    }

    /// <summary>Reads the distances from a model's metadata; null if there are none, as in models from before the first release.</summary>
    /// <param name="notes">The metadata.</param>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="InvalidDataException">The entry is malformed.</exception>
    public static FeatureDistance? Of(IReadOnlyDictionary<string, string> notes, int classes)
    {
        if (!notes.TryGetValue(Note, out string? text))
            return null;
        try
        {
            FeatureDistanceNote? note = JsonSerializer.Deserialize(text, FeatureDistanceJson.Default.FeatureDistanceNote);
            if (note is { Limit: > 0, Channels: > 0, Directions: { } directions } && float.IsFinite(note.Limit)
                && directions.LongLength == (long)sizeof(ushort) * classes * note.Channels
                && new FeatureDistance(note) is var distance && Array.TrueForAll(distance._directions, float.IsFinite))
                return distance;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or ArgumentException)
        {
            throw new InvalidDataException($"The model's feature distances cannot be read: {exception.Message}", exception);
        }
        throw new InvalidDataException($"The model's feature distances do not fit its {classes} classes; it is damaged.");
    }

    /// <summary>Adds the distances to a model's metadata.</summary>
    /// <param name="model">The model.</param>
    public ClassifierModel AddTo(ClassifierModel model) => model with
    {
        Notes = new Dictionary<string, string>(model.Notes) { [Note] = JsonSerializer.Serialize(_note, FeatureDistanceJson.Default.FeatureDistanceNote) },
    };

    /// <summary>Computes the distance of an image from the nearest class; 1 is the limit.</summary>
    /// <param name="features">The features of the image.</param>
    /// <exception cref="InvalidDataException">The model's network has another number of features than its metadata say.</exception>
    public float Of(ReadOnlySpan<float> features)
    {
        int channels = _note.Channels;
        if (features.Length != channels)
            throw new InvalidDataException($"The model's network has {features.Length} features where its metadata describe {channels}; it is damaged.");
        float length = TensorPrimitives.Norm(features), largest = float.NegativeInfinity;
        for (int first = 0; first < _directions.Length; first += channels)
            largest = Math.Max(largest, TensorPrimitives.Dot(features, _directions.AsSpan(first, channels)));
        return length > 0 ? (1 - largest / length) / _note.Limit : 1 / _note.Limit;
    }
}
