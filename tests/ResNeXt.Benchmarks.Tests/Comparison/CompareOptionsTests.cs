using ResNeXt.Benchmarks.Comparison;

namespace ResNeXt.Benchmarks.Tests.Comparison;

public sealed class CompareOptionsTests
{
    [Fact]
    public void Parse_Nothing_TakesAllRowsFiveTimes()
    {
        CompareOptions options = CompareOptions.Parse([]);

        Assert.Equal(Comparisons.All, options.Rows);
        Assert.Equal(5, options.Runs);
    }

    [Fact]
    public void Parse_SomeRows_TakesThemInTheTablesOrder()
    {
        CompareOptions options = CompareOptions.Parse(["--rows", "score-one,resnet18", "--runs", "7", "--output", "results"]);

        Assert.Equal(["resnet18", "score-one"], options.Rows.Select(row => row.Name));
        Assert.Equal(7, options.Runs);
        Assert.Equal("results", options.Output);
    }

    [Theory]
    [InlineData("--runs", "4", "at least 5")]
    [InlineData("--rows", "resnet1", "resnet18")]
    [InlineData("--rows", ",", "resnet18")]
    [InlineData("--row", "resnet18", "--rows")]
    [InlineData("--output", null, "--output")]
    public void Parse_Mistakes_SaysWhatIsRight(string option, string? value, string hint)
    {
        var exception = Assert.Throws<ArgumentException>(() => CompareOptions.Parse(value is null ? [option] : [option, value]));

        Assert.Contains(hint, exception.Message);
    }

    [Fact]
    public void All_Names_AreUnique() => Assert.Distinct(Comparisons.All.Select(row => row.Name));
}
