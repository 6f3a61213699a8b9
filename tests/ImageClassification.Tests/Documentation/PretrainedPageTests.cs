using ResNeXt.Core.Weights.Pretrained;

namespace ImageClassification.Tests.Documentation;

/// <summary>The tables of <c>docs/pretrained.md</c> against the weights that the library knows.</summary>
public sealed class PretrainedPageTests
{
    [Fact]
    public void Tables_OfThePage_ListAllWeights()
    {
        if (DocumentationTests.Repository is not { } repository)
            return;
        string[] lines = File.ReadAllLines(Path.Combine(repository, "docs", "pretrained.md"));

        Assert.All(PretrainedWeights.All, weights => Assert.Contains(lines, line => line.StartsWith($"| `{weights.Name}` |", StringComparison.Ordinal)
            && line.Contains(weights.Address is null ? weights.License : $"`{weights.FileName}`", StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.Contains("BSD-3-Clause", StringComparison.Ordinal));
    }
}
