using System.Text.Json;
using System.Text.Json.Serialization;

namespace ResNeXt.Core.Training.Checkpoints;

/// <summary>The settings that two runs must share for one to resume the other, as names and values that a person can compare.</summary>
internal static class RunIdentity
{
    // Settings that were renamed before the first release; checkpoints from before can still be resumed.
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

    /// <summary>Every setting that has a value; a nested one has both names, as in <c>Augmentation.Crop</c>.</summary>
    /// <param name="prefix">The prefix of the names, ending in a dot, or an empty string.</param>
    /// <param name="settings">The object with the settings.</param>
    public static IEnumerable<KeyValuePair<string, string>> Of<T>(string prefix, T settings) =>
        JsonSerializer.SerializeToElement(settings, EnumsByName).EnumerateObject().SelectMany(property => Of(prefix + property.Name, property.Value));

    /// <summary>The differences between two runs, in words.</summary>
    /// <param name="before">The settings of the run that wrote the checkpoint.</param>
    /// <param name="now">The settings of the run that resumes.</param>
    public static IEnumerable<string> Differences(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> now) =>
        Compare(WithCurrentNames(before), WithCurrentNames(now)).Select(fact => $"{fact.Name}: {fact.First} then, {fact.Second} now");

    /// <summary>The settings in which two runs differ, in the order of their names, with both values.</summary>
    public static IEnumerable<(string Name, string First, string Second)> Compare(
        IReadOnlyDictionary<string, string> first, IReadOnlyDictionary<string, string> second) =>
        first.Keys.Union(second.Keys).Order(StringComparer.Ordinal)
            .Select(name => (name, First: first.GetValueOrDefault(name, "not set"), Second: second.GetValueOrDefault(name, "not set")))
            .Where(fact => fact.First != fact.Second);

    // Of a setting that has both names, as only a damaged file has it, one is compared.
    private static Dictionary<string, string> WithCurrentNames(IReadOnlyDictionary<string, string> facts) =>
        facts.GroupBy(fact => CurrentName(fact.Key)).ToDictionary(group => group.Key, group => group.First().Value, StringComparer.Ordinal);

    // Only the last part of a nested setting's name was renamed: "Augmentation.RandomErasing".
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
