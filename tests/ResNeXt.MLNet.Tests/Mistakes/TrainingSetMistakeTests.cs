using Microsoft.ML;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Mistakes;

/// <summary>Mistakes that only the rows show.</summary>
public sealed class TrainingSetMistakeTests
{
    [Fact]
    public void Fit_OnRowsOfOneClass_NamesIt()
    {
        IDataView rows = MlContext.Data.LoadFromEnumerable(Patterns.Make(12, seed: 1).Where(row => row.Label == "across"));

        AssertSays(["single class 'across'", "at least 2 classes"], () => Pipeline().Fit(rows));
    }

    [Fact]
    public void Fit_OnRowsOfOneClassOfSeveral_NamesIt()
    {
        IDataView one = MlContext.Data.FilterRowsByKeyColumnFraction(KeyedRows(), "Label", 0, 0.3);

        AssertSays(["single class 'along'", "4 training images", "at least 2 classes"], () => Trainer().Fit(one));
    }

    [Fact]
    public void Fit_OnEmptySet_SaysSo()
    {
        string[] says = ["training set has no labeled image", "at least 2", "Check the path"];

        AssertSays(says, () => Pipeline().Fit(MlContext.Data.SkipRows(Rows(), 1000)));
        AssertSays(says, () => Trainer().Fit(MlContext.Data.SkipRows(KeyedRows(), 1000)));
    }

    [Fact]
    public void Fit_OnRowsWithoutLabels_SaysSo() =>
        AssertSays(["training set has no labeled image"], () => Trainer().Fit(Unlabeled(KeyedRows())));

    [Fact]
    public void Fit_OnOneRow_SaysSo() =>
        AssertSays(["single labeled image", "at least 2"], () => Trainer().Fit(MlContext.Data.TakeRows(KeyedRows(), 1)));

    [Fact]
    public void Fit_WithUnknownClassInValidationSet_NamesItAndTheKnownOnes()
    {
        var rows = Patterns.Make(6, seed: 2);
        rows[4].Label = "diagonal";
        ResNeXtTrainer.Options options = Options() with { ValidationSet = Keyed(MlContext.Data.LoadFromEnumerable(rows)) };

        AssertSays(["validation set", "'diagonal'", "'along', 'across', 'board'", "Remove its rows"], () => Trainer(options).Fit(KeyedRows()));
        AssertSays(["validation set", "'diagonal'"], () => Pipeline(options).Fit(Rows()));
    }

    [Fact]
    public void Fit_WithEmptyValidationSet_SaysSo() => AssertSays(["validation set has no labeled image", "Leave ValidationSet out"],
        () => Trainer(Options() with { ValidationSet = MlContext.Data.SkipRows(KeyedRows(), 1000) }).Fit(KeyedRows()));

    [Fact]
    public void Fit_WithValidationSetOfOtherLayout_NamesBoth()
    {
        IDataView other = MlContext.Transforms.CopyColumns("Planar", "Interleaved").Fit(KeyedRows()).Transform(KeyedRows());

        AssertSays(["'Planar'", "Interleaved", "same transforms"], () => Trainer(Options() with { ValidationSet = other }).Fit(KeyedRows()));
    }

    [Fact]
    public void Fit_WithValidationSetWithoutColumns_NamesTheSet()
    {
        IDataView withoutLabel = MlContext.Transforms.DropColumns("Label").Fit(KeyedRows()).Transform(KeyedRows());

        AssertSays(["validation set", "'Label'"], () => Trainer(Options() with { ValidationSet = withoutLabel }).Fit(KeyedRows()));
        AssertSays(["validation set", "'Label'", "String", "key"], () => Trainer(Options() with { ValidationSet = Rows() }).Fit(KeyedRows()));
    }

    [Fact]
    public void Fit_WithValidationFractionThatLeavesNothing_SaysSo() => AssertSays(["ValidationFraction", "two images"],
        () => Trainer(Options() with { ValidationFraction = 0.5f }).Fit(MlContext.Data.TakeRows(KeyedRows(), 3)));

    [Fact]
    public void Fit_OnPixelsThatAreNoNumbers_SaysWhichImage()
    {
        var rows = Patterns.Make(6, seed: 1);
        rows[2].Planar[5] = float.NaN;

        var exception = Assert.Throws<ArgumentException>(() => Pipeline().Fit(MlContext.Data.LoadFromEnumerable(rows)));

        Assert.Contains("Image 2", exception.Message, StringComparison.Ordinal);
        Assert.Contains("finite", exception.Message, StringComparison.Ordinal);
    }

    private static void AssertSays(string[] parts, Action act)
    {
        var exception = Assert.Throws<InvalidOperationException>(act);
        Assert.Null(exception.InnerException);
        Assert.DoesNotContain('\n', exception.Message);
        Assert.All(parts, part => Assert.Contains(part, exception.Message, StringComparison.Ordinal));
    }

    private static IDataView Keyed(IDataView rows) => MlContext.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);

    // Keys of other words: every row's own is none of them.
    private static IDataView Unlabeled(IDataView rows)
    {
        IDataView words = MlContext.Data.LoadFromEnumerable([new Word { Name = "x" }, new Word { Name = "y" }]);
        return MlContext.Transforms.Conversion.MapKeyToValue("Label").Append(MlContext.Transforms.Conversion.MapValueToKey("Label", keyData: words))
            .Fit(rows).Transform(rows);
    }

    private sealed class Word
    {
        public string Name { get; set; } = "";
    }
}
