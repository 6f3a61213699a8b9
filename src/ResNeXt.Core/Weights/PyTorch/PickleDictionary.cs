namespace ResNeXt.Core.Weights.PyTorch;

/// <summary>
/// A dictionary of a pickle: its pairs in the order in which they came. A list, because keys may be anything, even themselves, and are never
/// hashed or compared here except where they are texts.
/// </summary>
internal sealed class PickleDictionary
{
    private readonly List<KeyValuePair<object?, object?>> _pairs = [];

    /// <summary>The pairs; a key that stands twice is there twice, and the later one counts.</summary>
    public IReadOnlyList<KeyValuePair<object?, object?>> Pairs => _pairs;

    /// <summary>Adds a pair.</summary>
    public void Add(object? key, object? value) => _pairs.Add(new(key, value));

    /// <summary>The dictionary under a text key, or null.</summary>
    public PickleDictionary? Inner(string key) => _pairs.LastOrDefault(pair => pair.Key is string text && text == key).Value as PickleDictionary;
}
