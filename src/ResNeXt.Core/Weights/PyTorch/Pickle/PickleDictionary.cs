namespace ResNeXt.Core.Weights.PyTorch.Pickle;

/// <summary>
/// A dictionary of a pickle: its pairs in the order in which they came. A list, because keys may be anything, even themselves, and are never hashed
/// or compared here except where they are texts. An object of a Python class that is not known here is one too, with the class's name: it may stem
/// from a dictionary.
/// </summary>
/// <param name="className">The Python class or function that the pickle names; it is never looked up. Null for a plain dictionary.</param>
internal sealed class PickleDictionary(string? className = null)
{
    private readonly List<KeyValuePair<object?, object?>> _pairs = [];

    /// <summary>The Python class or function of which it is the result; null for a plain dictionary.</summary>
    public string? ClassName { get; } = className;

    /// <summary>The attributes that a pickle sets on an object; null where it sets none, or not by name.</summary>
    public PickleDictionary? Attributes { get; set; }

    /// <summary>The pairs in order. A key may occur twice; the later value counts.</summary>
    public IReadOnlyList<KeyValuePair<object?, object?>> Pairs => _pairs;

    /// <summary>Adds a pair.</summary>
    public void Add(object? key, object? value) => _pairs.Add(new(key, value));

    /// <summary>What a text key has, or null.</summary>
    public object? Value(string key) => _pairs.LastOrDefault(pair => pair.Key is string text && text == key).Value;

    /// <summary>The dictionary under a text key, or null.</summary>
    public PickleDictionary? Inner(string key) => Value(key) as PickleDictionary;
}
