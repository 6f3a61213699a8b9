using System.Text.Json;
using System.Text.Json.Serialization;

namespace ResNeXt.Core.Training;

/// <summary>Facts about a run, by name, in words that a person can compare.</summary>
internal static class RunFacts
{
    private static readonly JsonSerializerOptions EnumsByName = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Every setting that has a value, those inside another one under both names: <c>Augmentation.Crop</c>.</summary>
    /// <param name="prefix">What to put before the names, with a dot at its end, or nothing.</param>
    /// <param name="settings">An object with settings.</param>
    public static IEnumerable<KeyValuePair<string, string>> Of<T>(string prefix, T settings) =>
        JsonSerializer.SerializeToElement(settings, EnumsByName).EnumerateObject().SelectMany(property => Of(prefix + property.Name, property.Value));

    /// <summary>What is not the same in both, in words.</summary>
    public static IEnumerable<string> Differences(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> now) =>
        before.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
            .Select(name => (name, then: before.GetValueOrDefault(name, "not set"), now: now.GetValueOrDefault(name, "not set")))
            .Where(fact => fact.then != fact.now)
            .Select(fact => $"{fact.name}: {fact.then} then, {fact.now} now");

    private static IEnumerable<KeyValuePair<string, string>> Of(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(property => Of($"{name}.{property.Name}", property.Value)),
        JsonValueKind.Null => [],
        _ => [KeyValuePair.Create(name, value.ToString())],
    };
}
