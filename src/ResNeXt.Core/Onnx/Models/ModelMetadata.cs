using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ResNeXt.Core.Images;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Onnx.Models;

/// <summary>Reads and writes the metadata of a model: string entries, which are the same in ONNX and safetensors files.</summary>
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
    private const string TestTimeAugmentationKey = "resnext.test_time_augmentation";
    private const string Flip = "horizontal_flip";
    private const string NotePrefix = "resnext.note.";

    // Source-generated, because file-based and trimmed programs, which score with it, have no reflection for JSON.
    private static readonly JsonSerializerOptions Json = ModelMetadataJson.Default.Options;

    /// <summary>Gets the metadata entries of a model.</summary>
    /// <param name="model">The model to describe.</param>
    public static IEnumerable<KeyValuePair<string, string>> Describe(ClassifierModel model)
    {
        yield return new(ClassNamesKey, JsonSerializer.Serialize(model.ClassNames, Json));
        foreach (KeyValuePair<string, string> entry in Describe(model.Architecture, model.Shape, model.Normalization))
            yield return entry;
        if (model.IsQuantized)
            yield return new(PrecisionKey, JsonSerializer.Serialize(Int8, Json));
        if (model.TestTimeFlip)
            yield return new(TestTimeAugmentationKey, JsonSerializer.Serialize(Flip, Json));
        foreach ((string key, string value) in model.Notes)
            yield return new(NotePrefix + key, value);
    }

    /// <summary>Gets the metadata entries of a network without classes.</summary>
    internal static IEnumerable<KeyValuePair<string, string>> Describe(Architecture architecture, ImageShape shape, PixelNormalization? normalization)
    {
        yield return FormatVersion.Entry;
        yield return new(ArchitectureKey, JsonSerializer.Serialize(architecture, Json));
        yield return new(ShapeKey, JsonSerializer.Serialize(shape, Json));
        if (normalization is null)
            yield break;
        yield return new(MeanKey, JsonSerializer.Serialize(normalization.Mean, Json));
        yield return new(DeviationKey, JsonSerializer.Serialize(normalization.Std, Json));
    }

    /// <summary>Gets the architecture from metadata entries, or null.</summary>
    /// <param name="entries">The metadata of a file, for example <see cref="StateDict.Metadata"/>.</param>
    /// <exception cref="InvalidDataException">The entry is malformed, or the architecture is invalid.</exception>
    public static Architecture? Architecture(IReadOnlyDictionary<string, string> entries) =>
        entries.ContainsKey(ArchitectureKey) ? PossibleArchitecture(entries) : null;

    /// <summary>Gets the shape of the images from metadata entries, or null.</summary>
    /// <param name="entries">The metadata of a file, for example <see cref="StateDict.Metadata"/>.</param>
    /// <exception cref="InvalidDataException">The entry is malformed, or a side is out of range.</exception>
    public static ImageShape? Shape(IReadOnlyDictionary<string, string> entries) => entries.ContainsKey(ShapeKey) ? PossibleShape(entries) : null;

    /// <summary>Gets the class names from metadata entries, or null.</summary>
    /// <param name="entries">The metadata of a file, for example <see cref="StateDict.Metadata"/>.</param>
    /// <exception cref="InvalidDataException">The entry is malformed, is empty, or has a name twice.</exception>
    public static IReadOnlyList<string>? ClassNames(IReadOnlyDictionary<string, string> entries) =>
        entries.ContainsKey(ClassNamesKey) ? PossibleClassNames(entries) : null;

    /// <summary>Gets the normalization from metadata entries, or null.</summary>
    /// <param name="entries">The metadata of a file, for example <see cref="StateDict.Metadata"/>.</param>
    /// <exception cref="InvalidDataException">The entry is malformed, or a value is not finite.</exception>
    public static PixelNormalization? Normalization(IReadOnlyDictionary<string, string> entries) =>
        entries.ContainsKey(MeanKey) && entries.ContainsKey(DeviationKey)
            ? Possible(() => new PixelNormalization(Parse<float[]>(entries, MeanKey), Parse<float[]>(entries, DeviationKey)))
            : null;

    /// <summary>Whether metadata entries say that the model scores images together with their mirror images.</summary>
    internal static bool TestTimeFlip(IReadOnlyDictionary<string, string> entries) => entries.ContainsKey(TestTimeAugmentationKey);

    /// <summary>Replaces the architecture in metadata entries, if they contain one.</summary>
    internal static IEnumerable<KeyValuePair<string, string>> WithArchitecture(
        IReadOnlyDictionary<string, string> entries, Architecture architecture) =>
        entries.Select(entry => entry.Key == ArchitectureKey ? new(entry.Key, JsonSerializer.Serialize(architecture, Json)) : entry);

    /// <summary>Creates a model from metadata entries and weights.</summary>
    /// <exception cref="InvalidDataException">An entry is missing or malformed, or entries contradict each other.</exception>
    internal static ClassifierModel Read(IReadOnlyDictionary<string, string> entries, StateDict weights)
    {
        ClassifierModel model = ReadEach(entries, weights);
        Possible(() => model.Architecture.Check(model.Shape));
        if (model.Normalization is { } normalization && normalization.Mean.Count != model.Shape.Channels)
            throw new InvalidDataException($"The model's metadata give {normalization.Mean.Count} means for {model.Shape.Channels} channels.");
        return model;
    }

    /// <summary>Reads what scoring needs, without the architecture.</summary>
    /// <exception cref="InvalidDataException">An entry is missing or malformed.</exception>
    internal static ScoringModel ReadForScoring(IReadOnlyDictionary<string, string> entries) =>
        new(PossibleClassNames(entries), PossibleShape(entries), Notes(entries)) { IsQuantized = entries.ContainsKey(PrecisionKey) };

    private static ClassifierModel ReadEach(IReadOnlyDictionary<string, string> entries, StateDict weights) => new()
    {
        Architecture = PossibleArchitecture(entries),
        ClassNames = PossibleClassNames(entries).ToImmutableArray(),
        Shape = PossibleShape(entries),
        Normalization = Normalization(entries),
        Weights = weights,
        IsQuantized = entries.ContainsKey(PrecisionKey),
        TestTimeFlip = TestTimeFlip(entries),
        Notes = Notes(entries),
    };

    private static Dictionary<string, string> Notes(IReadOnlyDictionary<string, string> entries) =>
        entries.Where(entry => entry.Key.StartsWith(NotePrefix, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[NotePrefix.Length..], entry => entry.Value);

    private static Architecture PossibleArchitecture(IReadOnlyDictionary<string, string> entries)
    {
        var architecture = Parse<Architecture>(entries, ArchitectureKey, WithDefaults);
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

    // An invalid argument comes from the file here, so the exception has to blame the file.
    private static T Possible<T>(Func<T> check)
    {
        try
        {
            return check();
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"The model's metadata describe an invalid network. {exception.Message}", exception);
        }
    }

    private static InvalidDataException Malformed(string key, string what) => new($"The model's metadata entry '{key}' cannot be used: {what}.");

    // Source-generated JSON sets an init property that the text leaves out to 0, not to its initializer's value.
    private static string WithDefaults(string text)
    {
        JsonNode defaults = JsonSerializer.SerializeToNode(new Architecture { Name = "", Block = default, Depths = [] }, Json)!;
        if (JsonNode.Parse(text) is not JsonObject given)
            return text;
        foreach ((string name, JsonNode? value) in defaults.AsObject())
        {
            if (name is not (nameof(Core.Architecture.Name) or nameof(Core.Architecture.Block) or nameof(Core.Architecture.Depths)))
                given.TryAdd(name, value?.DeepClone());
        }
        return given.ToJsonString();
    }

    private static T Parse<T>(IReadOnlyDictionary<string, string> entries, string key, Func<string, string>? complete = null)
    {
        if (!entries.TryGetValue(key, out string? text))
            throw new InvalidDataException($"The model's metadata has no entry '{key}'; it was not written by {Producer}.");
        try
        {
            return JsonSerializer.Deserialize<T>(complete is null ? text : complete(text), Json) ?? throw new InvalidDataException($"The model's metadata entry '{key}' is empty.");
        }
        // If the text is JSON of another structure, the constructors of the parts may throw as well.
        catch (Exception exception) when (exception
            is JsonException or NotSupportedException or ArgumentException or InvalidOperationException or OverflowException)
        {
            throw new InvalidDataException(
                string.Create(CultureInfo.InvariantCulture, $"The model's metadata entry '{key}' cannot be read: {exception.Message}"), exception);
        }
    }
}
