using ResNeXt.MLNet.Sharding;

namespace ResNeXt.MLNet.Tests.Sharding;

public sealed class ShardTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    public void Contains_OverAllShards_IsTrueForExactlyOneAndAboutEqualParts(int count)
    {
        string[] names = [.. Enumerable.Range(0, 4000).Select(index => $"class {index % 7}/{index}.jpg")];
        int[] sizes = [.. Enumerable.Range(0, count).Select(index => names.Count(new Shard(index, count).Contains))];

        Assert.All(names, name => Assert.Single(Enumerable.Range(0, count), index => new Shard(index, count).Contains(name)));
        Assert.All(sizes, size => Assert.InRange(size, 0.75 * names.Length / count, 1.25 * names.Length / count));
    }

    // Computed with Python: int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") % 16. Never changed: shards of running jobs depend on it.
    [Theory]
    [InlineData("cat/1.jpg", 8)]
    [InlineData("dog/größe 2.png", 14)]
    [InlineData("0.png", 10)]
    public void Contains_OfAName_IsAsDocumented(string name, int index) => Assert.True(new Shard(index, 16).Contains(name));

    [Theory]
    [InlineData(-1, 4, "from 0 to 3")]
    [InlineData(4, 4, "from 0 to 3")]
    [InlineData(0, 0, "at least 1")]
    public void Shard_OutOfRange_IsRefused(int index, int count, string allowed) =>
        Assert.Contains(allowed, Assert.Throws<ArgumentOutOfRangeException>(() => new Shard(index, count)).Message);

    [Theory]
    [InlineData("0/1", null, "")]
    [InlineData("2/4", null, "OMPI_COMM_WORLD_RANK=2 OMPI_COMM_WORLD_SIZE=4")]
    [InlineData("2/4", 4, "OMPI_COMM_WORLD_RANK=2 OMPI_COMM_WORLD_SIZE=4 SLURM_PROCID=0 SLURM_NTASKS=1")]
    [InlineData("1/2", null, "PMI_RANK=1 PMI_SIZE=2")]
    [InlineData("5/8", null, "SLURM_PROCID=5 SLURM_NTASKS=8")]
    [InlineData("3/16", null, "SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_COUNT=16 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_MAX=15 SLURM_PROCID=0 SLURM_NTASKS=1")]
    [InlineData("7/16", 16, "SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_COUNT=2 SLURM_ARRAY_TASK_MIN=3 SLURM_ARRAY_TASK_MAX=7")]
    [InlineData("3/16", 16, "JOB_COMPLETION_INDEX=3")]
    [InlineData("0/1", null, "OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=1")]
    public void Read_OfVariables_IsTheShardThatTheLauncherMeans(string expected, int? count, string variables) =>
        Assert.Equal(expected, Variables(variables).Read(count).ToString());

    [Theory]
    [InlineData("pass the count", null, "JOB_COMPLETION_INDEX=3")]
    [InlineData("pass the count", null, "SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_COUNT=2 SLURM_ARRAY_TASK_MIN=3 SLURM_ARRAY_TASK_MAX=7")]
    [InlineData("JOB_COMPLETION_INDEX is 4; 4 shards are numbered from 0 to 3", 4, "JOB_COMPLETION_INDEX=4")]
    [InlineData("OMPI_COMM_WORLD_SIZE is 4, but 8 shards", 8, "OMPI_COMM_WORLD_RANK=2 OMPI_COMM_WORLD_SIZE=4")]
    [InlineData("JOB_COMPLETION_INDEX is 'x'", 4, "JOB_COMPLETION_INDEX=x")]
    [InlineData("Both PMI_RANK, PMI_SIZE and JOB_COMPLETION_INDEX", 4, "PMI_RANK=1 PMI_SIZE=4 JOB_COMPLETION_INDEX=1")]
    [InlineData("no variable of MPI, SLURM or Kubernetes", 4, "")]
    public void Read_OfVariablesThatAreNotClear_SaysWhatToDo(string mention, int? count, string variables) =>
        Assert.Contains(mention, Assert.Throws<InvalidOperationException>(() => Variables(variables).Read(count)).Message);

    private static ShardVariables Variables(string text)
    {
        Dictionary<string, string> values = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(item => item.Split('=')).ToDictionary(item => item[0], item => item[1]);
        return new(values.GetValueOrDefault);
    }
}
