using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using ResNeXt.Core.Images;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Onnx.Models;

/// <summary>Reads and writes the metadata of a model: text entries that ONNX and safetensors files have alike.</summary>
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

    // Generated, so that file-based and trimmed programs, which have no reflection for JSON, can score.
    private static readonly JsonSerializerOptions Json = ModelMetadataJson.Default.Options;

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
        yield return new(DeviationKey, JsonSerializer.Serialize(normalization.Std, Json));
    }

    /// <summary>The network that entries describe, or null.</summary>
    /// <param name="entries">A file's metadata, for example <see cref="StateDict.Metadata"/>.</param>
    /// <exception cref="InvalidDataException">The entry is malformed, or the network is impossible.</exception>
    public static Architecture? Architecture(IReadOnlyDictionary<string, string> entries) =>
        entries.ContainsKey(ArchitectureKey) ? PossibleArchitecture(entries) : null;

    /// <summary>The shape of the images that entries give, or null.</summary>
    /// <param name="entries">A file's metadata, for example <see cref="StateDict.Metadata"/>.</param>
    /// <exception cref="InvalidDataException">The entry is malformed, or gives a side that no image here has.</exception>
    public static ImageShape? Shape(IReadOnlyDictionary<string, string> entries) => entries.ContainsKey(ShapeKey) ? PossibleShape(entries) : null;

    /// <summary>The class names that entries give, or null.</summary>
    /// <param name="entries">A file's metadata, for example <see cref="StateDict.Metadata"/>.</param>
    /// <exception cref="InvalidDataException">The entry is malformed, is empty, or has a name twice.</exception>
    public static IReadOnlyList<string>? ClassNames(IReadOnlyDictionary<string, string> entries) =>
        entries.ContainsKey(ClassNamesKey) ? PossibleClassNames(entries) : null;

    /// <summary>The normalization that entries give, or null.</summary>
    /// <param name="entries">A file's metadata, for example <see cref="StateDict.Metadata"/>.</param>
    /// <exception cref="InvalidDataException">The entry is malformed, or a value is not finite.</exception>
    public static PixelNormalization? Normalization(IReadOnlyDictionary<string, string> entries) =>
        entries.ContainsKey(MeanKey) && entries.ContainsKey(DeviationKey)
            ? Possible(() => new PixelNormalization(Parse<float[]>(entries, MeanKey), Parse<float[]>(entries, DeviationKey)))
            : null;

    /// <summary>The entries, with another architecture where they describe one.</summary>
    internal static IEnumerable<KeyValuePair<string, string>> WithArchitecture(
        IReadOnlyDictionary<string, string> entries, Architecture architecture) =>
        entries.Select(entry => entry.Key == ArchitectureKey ? new(entry.Key, JsonSerializer.Serialize(architecture, Json)) : entry);

    /// <summary>Reads the entries back; the weights are added by the caller.</summary>
    /// <exception cref="InvalidDataException">An entry is missing or malformed, or they do not fit together.</exception>
    internal static ClassifierModel Read(IReadOnlyDictionary<string, string> entries, StateDict weights)
    {
        ClassifierModel model = ReadEach(entries, weights);
        Possible(() => model.Architecture.Check(model.Shape));
        if (model.Normalization is { } normalization && normalization.Mean.Count != model.Shape.Channels)
            throw new InvalidDataException($"The model's metadata give {normalization.Mean.Count} means for {model.Shape.Channels} channels.");
        return model;
    }

    private static ClassifierModel ReadEach(IReadOnlyDictionary<string, string> entries, StateDict weights) => new()
    {
        Architecture = PossibleArchitecture(entries),
        ClassNames = PossibleClassNames(entries).ToImmutableArray(),
        Shape = PossibleShape(entries),
        Normalization = Normalization(entries),
        Weights = weights,
        IsQuantized = entries.ContainsKey(PrecisionKey),
        Notes = entries.Where(entry => entry.Key.StartsWith(NotePrefix, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[NotePrefix.Length..], entry => entry.Value),
    };

    private static Architecture PossibleArchitecture(IReadOnlyDictionary<string, string> entries)
    {
        var architecture = Parse<Architecture>(entries, ArchitectureKey);
        if (architecture.Name is null)
            throw Malformed(ArchitectureKey, "the network has no name");
        Possible(() => ArchitectureRules.Check(architecture));
        return architecture;
    }

    private static string[] PossibleClassNames(IReadOnlyDictionary<string, string> entries)
    {
        string[] names = Parse<string[]>(entries, ClassNamesKey);
        if (names.Length == 0 || names.Contains(null))
            throw Malformed(ClassNamesKey, $"of {names.Length} classes each must have a name, and there must be one at least");
        return names.Distinct(StringComparer.Ordinal).Count() == names.Length ? names : throw Malformed(ClassNamesKey, "a class is there twice");
    }

    private static ImageShape PossibleShape(IReadOnlyDictionary<string, string> entries)
    {
        ImageShape shape = Parse<ImageShape>(entries, ShapeKey);
        return shape.Channels > 0 && IsSide(shape.Height) && IsSide(shape.Width)
            ? shape
            : throw Malformed(ShapeKey, $"images of {shape.Channels} x {shape.Height} x {shape.Width} cannot be");
    }

    private static bool IsSide(int pixels) => pixels is > 0 and <= Core.Architecture.MaximumImageSize;

    private static void Possible(Action check) => Possible(() =>
    {
        check();
        return true;
    });

    // What is an argument elsewhere comes from the file here.
    private static T Possible<T>(Func<T> check)
    {
        try
        {
            return check();
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"The model's metadata describe a network that cannot be. {exception.Message}", exception);
        }
    }

    private static InvalidDataException Malformed(string key, string what) => new($"The model's metadata entry '{key}' cannot be used: {what}.");

    private static T Parse<T>(IReadOnlyDictionary<string, string> entries, string key)
    {
        if (!entries.TryGetValue(key, out string? text))
            throw new InvalidDataException($"The model's metadata has no entry '{key}'; it was not written by {Producer}.");
        try
        {
            return JsonSerializer.Deserialize<T>(text, Json) ?? throw new InvalidDataException($"The model's metadata entry '{key}' is empty.");
        }
        // Of a text that is JSON but of another structure, the parts that are built from it may throw as well.
        catch (Exception exception) when (exception
            is JsonException or NotSupportedException or ArgumentException or InvalidOperationException or OverflowException)
        {
            throw new InvalidDataException(
                string.Create(CultureInfo.InvariantCulture, $"The model's metadata entry '{key}' cannot be read: {exception.Message}"), exception);
        }
    }
}
