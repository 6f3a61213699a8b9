using System.Text.Json;
using System.Text.Json.Serialization;

namespace ResNeXt.Core.Training.Checkpoints;

/// <summary>Facts about a run, by name, in words that a person can compare.</summary>
internal static class RunFacts
{
    // Settings that had another name in version 0.1, whose checkpoints can still be resumed.
    private static readonly Dictionary<string, string> RenamedSettings = new(StringComparer.Ordinal)
    {
        ["AccumulatedBatches"] = "GradientAccumulationSteps",
        ["AverageDecay"] = "EmaDecay",
        ["Deviation"] = "Std",
        ["HorizontalFlip"] = "HorizontalFlipProbability",
        ["Patience"] = "EarlyStoppingPatience",
        ["RandomErasing"] = "RandomErasingProbability",
        ["WarmUp"] = "WarmupFraction",
    };

    private static readonly JsonSerializerOptions EnumsByName = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Every setting that has a value, those inside another one under both names: <c>Augmentation.Crop</c>.</summary>
    /// <param name="prefix">What to put before the names, with a dot at its end, or nothing.</param>
    /// <param name="settings">An object with settings.</param>
    public static IEnumerable<KeyValuePair<string, string>> Of<T>(string prefix, T settings) =>
        JsonSerializer.SerializeToElement(settings, EnumsByName).EnumerateObject().SelectMany(property => Of(prefix + property.Name, property.Value));

    /// <summary>What is not the same in both, in words.</summary>
    public static IEnumerable<string> Differences(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> now)
    {
        (Dictionary<string, string> old, Dictionary<string, string> current) = (WithCurrentNames(before), WithCurrentNames(now));
        return old.Keys.Union(current.Keys).Order(StringComparer.Ordinal)
            .Select(name => (name, then: old.GetValueOrDefault(name, "not set"), now: current.GetValueOrDefault(name, "not set")))
            .Where(fact => fact.then != fact.now)
            .Select(fact => $"{fact.name}: {fact.then} then, {fact.now} now");
    }

    private static Dictionary<string, string> WithCurrentNames(IReadOnlyDictionary<string, string> facts) =>
        facts.ToDictionary(fact => CurrentName(fact.Key), fact => fact.Value, StringComparer.Ordinal);

    // Of the setting alone: those inside another one have both names, "Augmentation.RandomErasing".
    private static string CurrentName(string name)
    {
        int start = name.LastIndexOf('.') + 1;
        return RenamedSettings.TryGetValue(name[start..], out string? current) ? name[..start] + current : name;
    }

    private static IEnumerable<KeyValuePair<string, string>> Of(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(property => Of($"{name}.{property.Name}", property.Value)),
        JsonValueKind.Null => [],
        _ => [KeyValuePair.Create(name, value.ToString())],
    };
}
