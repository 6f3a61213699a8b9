using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ResNeXt.Core.Imaging;

namespace ResNeXt.Core.Onnx;

/// <summary>What a model file says of itself, as text entries: the metadata of ONNX and of safetensors files alike.</summary>
public static class ModelMetadata
{
    internal const string Producer = "ResNeXt.MLNet";
    private const string ArchitectureKey = "resnext.architecture";
    private const string ClassNamesKey = "resnext.class_names";
    private const string ShapeKey = "resnext.image_shape";
    private const string MeanKey = "resnext.pixel_mean";
    private const string DeviationKey = "resnext.pixel_std";
    private const string PrecisionKey = "resnext.precision";
    private const string Int8 = "int8";
    private const string NotePrefix = "resnext.note.";

    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>The entries of a model, all but its weights.</summary>
    /// <param name="model">The model.</param>
    public static IEnumerable<KeyValuePair<string, string>> Describe(ClassifierModel model)
    {
        yield return new(ClassNamesKey, JsonSerializer.Serialize(model.ClassNames, Json));
        foreach (KeyValuePair<string, string> entry in Describe(model.Architecture, model.Shape, model.Normalization))
            yield return entry;
        if (model.IsQuantized)
            yield return new(PrecisionKey, JsonSerializer.Serialize(Int8, Json));
        foreach ((string key, string value) in model.Notes)
            yield return new(NotePrefix + key, value);
    }

    /// <summary>The entries of a network that is no classifier.</summary>
    internal static IEnumerable<KeyValuePair<string, string>> Describe(Architecture architecture, ImageShape shape, PixelNormalization? normalization)
    {
        yield return new(ArchitectureKey, JsonSerializer.Serialize(architecture, Json));
        yield return new(ShapeKey, JsonSerializer.Serialize(shape, Json));
        if (normalization is null)
            yield break;
        yield return new(MeanKey, JsonSerializer.Serialize(normalization.Mean, Json));
        yield return new(DeviationKey, JsonSerializer.Serialize(normalization.Deviation, Json));
    }

    /// <summary>The network that entries describe, or null.</summary>
    /// <param name="entries">A file's metadata, for example <see cref="Weights.WeightSet.Metadata"/>.</param>
    /// <exception cref="InvalidDataException">The entry is malformed, or the network is impossible.</exception>
    public static Architecture? Architecture(IReadOnlyDictionary<string, string> entries) =>
        entries.ContainsKey(ArchitectureKey) ? PossibleArchitecture(entries) : null;

    /// <summary>The shape of the images that entries give, or null.</summary>
    /// <param name="entries">A file's metadata, for example <see cref="Weights.WeightSet.Metadata"/>.</param>
    /// <exception cref="InvalidDataException">The entry is malformed.</exception>
    public static ImageShape? Shape(IReadOnlyDictionary<string, string> entries) =>
        entries.ContainsKey(ShapeKey) ? Parse<ImageShape>(entries, ShapeKey) : null;

    /// <summary>The class names that entries give, or null.</summary>
    /// <param name="entries">A file's metadata, for example <see cref="Weights.WeightSet.Metadata"/>.</param>
    /// <exception cref="InvalidDataException">The entry is malformed.</exception>
    public static IReadOnlyList<string>? ClassNames(IReadOnlyDictionary<string, string> entries) =>
        entries.ContainsKey(ClassNamesKey) ? Parse<string[]>(entries, ClassNamesKey) : null;

    /// <summary>The normalisation that entries give, or null.</summary>
    /// <param name="entries">A file's metadata, for example <see cref="Weights.WeightSet.Metadata"/>.</param>
    /// <exception cref="InvalidDataException">The entry is malformed.</exception>
    public static PixelNormalization? Normalization(IReadOnlyDictionary<string, string> entries) =>
        entries.ContainsKey(MeanKey) && entries.ContainsKey(DeviationKey) ? new(Parse<float[]>(entries, MeanKey), Parse<float[]>(entries, DeviationKey)) : null;

    /// <summary>The entries, with another architecture where they describe one.</summary>
    internal static IEnumerable<KeyValuePair<string, string>> WithArchitecture(IReadOnlyDictionary<string, string> entries, Architecture architecture) =>
        entries.Select(entry => entry.Key == ArchitectureKey ? new(entry.Key, JsonSerializer.Serialize(architecture, Json)) : entry);

    /// <summary>Reads the entries back; the weights are added by the caller.</summary>
    /// <exception cref="InvalidDataException">An entry is missing or malformed.</exception>
    internal static ClassifierModel Read(IReadOnlyDictionary<string, string> entries, Weights.WeightSet weights) => new()
    {
        Architecture = PossibleArchitecture(entries),
        ClassNames = Parse<string[]>(entries, ClassNamesKey).ToImmutableArray(),
        Shape = Parse<ImageShape>(entries, ShapeKey),
        Normalization = Normalization(entries),
        Weights = weights,
        IsQuantized = entries.ContainsKey(PrecisionKey),
        Notes = entries.Where(entry => entry.Key.StartsWith(NotePrefix, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[NotePrefix.Length..], entry => entry.Value),
    };

    private static Architecture PossibleArchitecture(IReadOnlyDictionary<string, string> entries)
    {
        var architecture = Parse<Architecture>(entries, ArchitectureKey);
        try
        {
            ArchitectureRules.Check(architecture);
            return architecture;
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"The model's metadata describes a network that cannot be. {exception.Message}", exception);
        }
    }

    private static T Parse<T>(IReadOnlyDictionary<string, string> entries, string key)
    {
        if (!entries.TryGetValue(key, out string? text))
            throw new InvalidDataException($"The model's metadata has no entry '{key}'; it was not written by {Producer}.");
        try
        {
            return JsonSerializer.Deserialize<T>(text, Json) ?? throw new InvalidDataException($"The model's metadata entry '{key}' is empty.");
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"The model's metadata entry '{key}' cannot be read: {exception.Message}"), exception);
        }
    }
}
