using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet.Schema;

/// <summary>The values of a label's keys, in key order. Part of saved models (as JSON): its members keep their names.</summary>
/// <param name="ValueType">The name of the .NET type of the values: <c>String</c>, or a number's, such as <c>Single</c>.</param>
/// <param name="Names">The values as text: the class names.</param>
internal sealed record LabelKeys(string ValueType, IReadOnlyList<string> Names)
{
    private const string KeyValues = "KeyValues";

    // Hashed labels have keys for billions of classes; a last layer for a million classes already takes gigabytes.
    private const ulong MostClasses = 1_000_000;

    private static readonly Dictionary<string, INumberKeys> NumberTypes = new INumberKeys[]
    {
        new NumberKeys<sbyte>(), new NumberKeys<byte>(), new NumberKeys<short>(), new NumberKeys<ushort>(), new NumberKeys<int>(),
        new NumberKeys<uint>(), new NumberKeys<long>(), new NumberKeys<ulong>(), new NumberKeys<float>(), new NumberKeys<double>(),
        new NumberKeys<bool>(),
    }.ToDictionary(type => type.Name);

    /// <summary>Whether the values are text.</summary>
    [JsonIgnore]
    public bool IsText => ValueType == nameof(String);

    /// <summary>Keys of text, as <c>MapValueToKey</c> makes them from a text column.</summary>
    /// <param name="names">The class names.</param>
    public static LabelKeys OfText(IEnumerable<string> names) => new(nameof(String), [.. names]);

    /// <summary>Reads the values of a key column; keys without values are named by their index, from 0.</summary>
    /// <param name="column">The key column.</param>
    /// <exception cref="InvalidOperationException">There are too many keys, or their values are neither text nor numbers.</exception>
    public static LabelKeys Of(DataViewSchema.Column column)
    {
        ulong count = ((KeyDataViewType)column.Type).Count;
        if (count > MostClasses)
        {
            throw new InvalidOperationException($"The label column '{column.Name}' has keys for {count} classes; at most {MostClasses} are possible. "
                + "Use MapValueToKey, which makes keys for the classes that occur.");
        }
        DataViewSchema.Column? values = column.Annotations.Schema.GetColumnOrNull(KeyValues);
        if (values?.Type is not VectorDataViewType { ItemType: var item })
            return OfText(Enumerable.Range(0, (int)count).Select(index => index.ToString(CultureInfo.InvariantCulture)));
        if (item is TextDataViewType)
        {
            VBuffer<ReadOnlyMemory<char>> texts = default;
            column.Annotations.GetValue(KeyValues, ref texts);
            return OfText(texts.DenseValues().Select(text => text.ToString()));
        }
        if (NumberTypes.TryGetValue(item.RawType.Name, out INumberKeys? numbers))
            return new(numbers.Name, numbers.Names(column.Annotations));
        throw new InvalidOperationException($"The label column '{column.Name}' has keys of the type {item}; ResNeXt takes keys of text or numbers. "
            + "Map the label to text first, then to keys.");
    }

    /// <summary>The steps from a column with class names to a column with the label's keys.</summary>
    /// <param name="services">The context.</param>
    /// <param name="nameColumn">The column with class names.</param>
    /// <param name="keyColumn">The column to write the keys to.</param>
    /// <param name="temporaryColumn">A column for values in between, to be dropped afterwards; not used for keys of text.</param>
    public IEstimator<ITransformer> MapToKey(MLServices services, string nameColumn, string keyColumn, string temporaryColumn) =>
        IsText
            ? services.Transforms.Conversion.MapValueToKey(
                keyColumn, nameColumn, keyData: services.Data.LoadFromEnumerable(Names.Select(name => new Key<string> { Value = name })))
            : NumberTypes[ValueType].MapToKey(services, Names, nameColumn, keyColumn, temporaryColumn);

    /// <summary>Why the values, read from a file, cannot be keys; null if they can.</summary>
    public string? FindError()
    {
        if (Names.Contains(null) || Names.Distinct(StringComparer.Ordinal).Count() < Names.Count)
            return "a key has no value, or two have the same";
        if (IsText)
            return null;
        return ValueType is not null && NumberTypes.TryGetValue(ValueType, out INumberKeys? numbers) && Names.All(numbers.Reads)
            ? null
            : $"the keys '{string.Join("', '", Names.Take(5))}' are not of the type '{ValueType}'";
    }

    private sealed class Key<T>
    {
        public required T Value { get; init; }
    }

    private interface INumberKeys
    {
        string Name { get; }

        bool Reads(string name);

        IReadOnlyList<string> Names(DataViewSchema.Annotations annotations);

        IEstimator<ITransformer> MapToKey(
            MLServices services, IReadOnlyList<string> names, string nameColumn, string keyColumn, string temporaryColumn);
    }

    // .NET writes every number so that parsing it gives the same number, so the class name leads back to the value.
    private sealed class NumberKeys<T> : INumberKeys where T : unmanaged, IParsable<T>
    {
        public string Name => typeof(T).Name;

        public bool Reads(string name) => T.TryParse(name, CultureInfo.InvariantCulture, out _);

        public IReadOnlyList<string> Names(DataViewSchema.Annotations annotations)
        {
            VBuffer<T> values = default;
            annotations.GetValue(KeyValues, ref values);
            return [.. values.DenseValues().Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)!)];
        }

        public IEstimator<ITransformer> MapToKey(
            MLServices services, IReadOnlyList<string> names, string nameColumn, string keyColumn, string temporaryColumn)
        {
            KeyValuePair<string, T>[] values = [.. names.Select(name => KeyValuePair.Create(name, T.Parse(name, CultureInfo.InvariantCulture)))];
            return services.Transforms.Conversion.MapValue(temporaryColumn, values, nameColumn)
                .Append(services.Transforms.Conversion.MapValueToKey(keyColumn, temporaryColumn,
                    keyData: services.Data.LoadFromEnumerable(values.Select(pair => new Key<T> { Value = pair.Value }))));
        }
    }
}
