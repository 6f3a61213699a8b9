using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Sharding;

namespace ResNeXt.MLNet.Tests.Catalogs;

public sealed class ShardingCatalogTests
{
    private static readonly MLContext MlContext = new(seed: 1);

    [Fact]
    public void FilterByShard_OverAllShards_KeepsEachRowOnceInItsOrderWithItsColumns()
    {
        Row[] all = [.. Enumerable.Range(0, 500).Select(index => new Row { ImagePath = $"photos/{index}.jpg", Number = index })];
        IDataView rows = MlContext.Data.LoadFromEnumerable(all);

        IDataView[] shards = [.. Enumerable.Range(0, 4).Select(index => MlContext.Data.FilterByShard(rows, index, 4))];

        Assert.Equal(["ImagePath", "Number"], shards[0].Schema.Select(column => column.Name));
        int[][] numbers = [.. shards.Select(shard => shard.GetColumn<int>("Number").ToArray())];
        Assert.Equal(Enumerable.Range(0, 500), numbers.SelectMany(part => part).Order());
        for (int index = 0; index < 4; index++)
            Assert.Equal(all.Where(row => new Shard(index, 4).Contains(row.ImagePath)).Select(row => row.Number), numbers[index]);
    }

    [Theory]
    [InlineData("Path", "ImagePath, Number")]
    [InlineData("Number", "name a text column")]
    public void FilterByShard_ByAnotherColumn_SaysWhatIsAllowed(string column, string mention)
    {
        IDataView rows = MlContext.Data.LoadFromEnumerable([new Row()]);

        Assert.Contains(mention, Assert.Throws<ArgumentException>(() => MlContext.Data.FilterByShard(rows, 0, 2, column)).Message);
    }

    private sealed class Row
    {
        public string ImagePath { get; set; } = "";

        public int Number { get; set; }
    }
}
