using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Sharding;

namespace ResNeXt.MLNet;

/// <summary>An extension method of <c>mlContext.Data</c> that divides rows between processes or machines.</summary>
public static class ShardingCatalog
{
    /// <summary>Keeps the rows of one shard. The shards are disjoint, and together they are all rows.</summary>
    /// <remarks>
    /// The value of one column decides which shard a row belongs to (<see cref="Shard"/>), so rows may come in any order, but the values must be the
    /// same in every process: paths, for example, should begin with the same folder. Rows with the same value are in the same shard.
    /// </remarks>
    /// <param name="catalog">The data operations catalog.</param>
    /// <param name="input">The rows.</param>
    /// <param name="index">Which of the shards. From 0 to <paramref name="count"/> - 1.</param>
    /// <param name="count">The number of shards. At least 1.</param>
    /// <param name="keyColumnName">The name of a text column that tells the rows apart.</param>
    /// <returns>The rows of the shard, with the columns of <paramref name="input"/>, read when they are asked for.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ArgumentException">There is no such column, or it is not a text column.</exception>
    public static IDataView FilterByShard(
        this DataOperationsCatalog catalog, IDataView input, int index, int count, string keyColumnName = "ImagePath")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentException.ThrowIfNullOrWhiteSpace(keyColumnName);
        var shard = new Shard(index, count);
        if (input.Schema.GetColumnOrNull(keyColumnName) is not { } key)
        {
            string known = string.Join(", ", input.Schema.Select(column => column.Name));
            throw new ArgumentException($"The rows have no column '{keyColumnName}'; name one of {known}.", nameof(keyColumnName));
        }
        if (key.Type is not TextDataViewType)
        {
            throw new ArgumentException(
                $"The column '{keyColumnName}' has the type {key.Type}; name a text column, or convert it to text first.", nameof(keyColumnName));
        }
        TransformsCatalog transforms = MLServices.Of(catalog).Transforms;
        IDataView keyed = transforms.CopyColumns(KeyedRow.Column, keyColumnName).Fit(input).Transform(input);
        IDataView kept = catalog.FilterByCustomPredicate<KeyedRow>(keyed, row => !shard.Contains(row.Key));
        return transforms.DropColumns(KeyedRow.Column).Fit(kept).Transform(kept);
    }

    internal sealed class KeyedRow
    {
        public const string Column = "ResNeXt.ShardKey";

        [ColumnName(Column)]
        public string Key { get; set; } = "";
    }
}
