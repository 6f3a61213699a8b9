namespace ResNeXt.Core.Weights.PyTorch.Pickle;

/// <summary>
/// A dictionary in a pickle, or an object of an unknown Python class, which may be derived from a dictionary. The pairs are a list in the order of
/// the file, because a key can be any object, even one that contains itself. Only string keys are compared.
/// </summary>
/// <param name="className">
/// The name of the Python class or function that created the object; it is never imported. Null for a plain dictionary.
/// </param>
internal sealed class PickleDictionary(string? className = null)
{
    private readonly List<KeyValuePair<object?, object?>> _pairs = [];

    /// <summary>The name of the Python class or function that created the object; null for a plain dictionary.</summary>
    public string? ClassName { get; } = className;

    /// <summary>The attributes that the pickle sets by name on the object; null if there are none.</summary>
    public PickleDictionary? Attributes { get; set; }

    /// <summary>The pairs in order. If a key occurs twice, the later value counts.</summary>
    public IReadOnlyList<KeyValuePair<object?, object?>> Pairs => _pairs;

    /// <summary>Adds a pair.</summary>
    public void Add(object? key, object? value) => _pairs.Add(new(key, value));

    /// <summary>Gets the value of a string key, or null.</summary>
    public object? Value(string key) => _pairs.LastOrDefault(pair => pair.Key is string text && text == key).Value;

    /// <summary>Gets the value of a string key if it is a dictionary, or null.</summary>
    public PickleDictionary? Inner(string key) => Value(key) as PickleDictionary;
}
