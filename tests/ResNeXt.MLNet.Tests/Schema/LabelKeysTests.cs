using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Schema;
using static ResNeXt.MLNet.Tests.ResNeXtTrainerTests;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Schema;

/// <summary>Labels of every kind, from what the user has to the predicted label of a reloaded model.</summary>
public sealed class LabelKeysTests
{
    private static readonly string[] OddTexts =
    [
        " ", "  led by spaces", "ends in spaces  ", "a,b;c", "\"quoted\"", "it's", "Äpfel & Öl", "😀👩‍🚀", "tab\tbed", "two\nlines",
        @"C:\a", "{0} {name}", "NA", "?", "null",
        "\u00A0", "1", "1.0", "Straße", "STRASSE", "\u200B",
    ];

    [Fact]
    public void Fit_OnTextWithOddCharacters_KeepsEveryCharacter()
    {
        Patterns.Row[] rows = [.. Patterns.Make(OddTexts.Length, seed: 1)];
        for (int i = 0; i < rows.Length; i++)
            rows[i].Label = OddTexts[i];

        AssertKeeps(MlContext.Data.LoadFromEnumerable(rows), "Label", OddTexts);
    }

    [Fact]
    public void MapToKey_OfTextsWithOddCharacters_GivesEachItsKey()
    {
        IDataView names = MlContext.Data.LoadFromEnumerable(OddTexts.Select(text => new Word { Name = text }));

        IDataView keys = LabelKeys.OfText(OddTexts).MapToKey(MLServices.Of(MlContext), "Name", "Key", "Temporary").Fit(names).Transform(names);

        Assert.Equal(Enumerable.Range(1, OddTexts.Length).Select(key => (uint)key), keys.GetColumn<uint>("Key"));
    }

    [Fact]
    public void Fit_OnFloats_GivesKeysOfFloats()
    {
        ITransformer model = PipelineOn("Number").Fit(Rows());

        foreach (ITransformer either in (ITransformer[])[model, Reload(model, Rows().Schema)])
        {
            IDataView scored = either.Transform(Rows());
            VBuffer<float> values = default;
            scored.Schema["PredictedLabel"].GetKeyValues(ref values);
            Assert.Equal([0.1f, 1.6f, 3.1f], values.DenseValues());
            Assert.Equal(["0.1", "1.6", "3.1"], SlotNames(scored.Schema["Score"]));
            Assert.InRange(MlContext.MulticlassClassification.Evaluate(scored, "Key").LogLoss, 0, 100);
        }
    }

    [Theory]
    [InlineData("Digit", DataKind.SByte)]
    [InlineData("Digit", DataKind.UInt16)]
    [InlineData("Digit", DataKind.Int32)]
    [InlineData("Digit", DataKind.Int64)]
    [InlineData("Digit", DataKind.Double)]
    [InlineData("IsBoard", DataKind.Boolean)]
    public void Fit_OnNumbersOfAnyKind_PredictsNumbersOfThatKind(string column, DataKind kind)
    {
        IDataView rows = MlContext.Transforms.Conversion.ConvertType("Whole", column, kind).Fit(KeyRow.Rows()).Transform(KeyRow.Rows());

        ITransformer model = PipelineOn("Whole").Append(MlContext.Transforms.Conversion.MapKeyToValue("Value", "PredictedLabel")).Fit(rows);

        foreach (ITransformer either in (ITransformer[])[model, Reload(model, rows.Schema)])
        {
            IDataView scored = either.Transform(rows);
            Assert.Equal(rows.Schema["Whole"].Type, scored.Schema["Value"].Type);
            Assert.InRange(MlContext.MulticlassClassification.Evaluate(scored, "Key").LogLoss, 0, 100);
        }
    }

    [Theory]
    [InlineData("Byte")]
    [InlineData("UShort")]
    [InlineData("UInt")]
    [InlineData("ULong")]
    public void Fit_OnKeysOfAnyWidthWithoutValues_LearnsLikeFromTextAndCallsThemByIndex(string column)
    {
        IDataView rows = KeyRow.Rows();

        ITransformer model = new EstimatorChain<ITransformer>().Append(Trainer(Options() with { LabelColumnName = column })).Fit(rows);

        foreach (ITransformer either in (ITransformer[])[model, Reload(model, rows.Schema)])
        {
            IDataView scored = either.Transform(rows);
            Assert.Equal(Scores(Trained(reloaded: false).Transform(Rows())), Scores(scored));
            Assert.Equal(["0", "1", "2"], KeyValues(scored.Schema["PredictedLabel"]));
            Assert.Equal(["0", "1", "2"], SlotNames(scored.Schema["Score"]));
            Assert.InRange(MlContext.MulticlassClassification.Evaluate(scored, column).LogLoss, 0, 100);
        }
    }

    [Fact]
    public void Fit_OnTwoClasses_ScoresTwo()
    {
        IDataView rows = MlContext.Data.LoadFromEnumerable(Patterns.Make(12, seed: 1).Where(row => row.Label != "board"));

        AssertKeeps(rows, "Label", ["along", "across"]);
    }

    [Fact]
    public void Fit_OnThreeHundredClasses_ScoresThreeHundred()
    {
        string[] names = [.. Enumerable.Range(0, 300).Select(index => $"class {index}")];
        IReadOnlyList<Patterns.Row> rows = Patterns.Make(names.Length, seed: 1);
        for (int i = 0; i < names.Length; i++)
            rows[i].Label = names[i];

        AssertKeeps(MlContext.Data.LoadFromEnumerable(rows), "Label", names);
    }

    [Fact]
    public void Fit_OnRowsWithMissingLabels_LeavesThemOutAndSaysHowMany()
    {
        var mlContext = new MLContext(seed: 1);
        var messages = new List<string>();
        mlContext.Log += (_, entry) => messages.Add(entry.Message);
        IReadOnlyList<Patterns.Row> rows = Patterns.Make(15, seed: 1);
        foreach (int index in (int[])[12, 13, 14])
            rows[index].Label = "";
        IDataView data = mlContext.Data.LoadFromEnumerable(rows);

        ITransformer model = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.MulticlassClassification.Trainers.ResNeXt(Options())).Fit(data);

        Assert.Contains(messages, message => message.Contains("3 rows without a label were left out", StringComparison.Ordinal));
        Assert.Equal(Scores(Trained(reloaded: false).Transform(Rows())), Scores(model.Transform(Rows())));
    }

    [Fact]
    public void Fit_OnClassesWithoutImages_WarnsOnceAndNamesTheFirst()
    {
        var mlContext = new MLContext(seed: 1);
        var messages = new List<string>();
        mlContext.Log += (_, entry) => messages.Add(entry.Message);
        IDataView classes = mlContext.Data.LoadFromEnumerable(Patterns.Names.Concat(Enumerable.Range(0, 12).Select(index => $"none{index}"))
            .Select(name => new Word { Name = name }));

        mlContext.Transforms.Conversion.MapValueToKey("Label", keyData: classes)
            .Append(mlContext.MulticlassClassification.Trainers.ResNeXt(Options())).Fit(Rows());

        string warning = Assert.Single(messages, message => message.Contains("no training image", StringComparison.Ordinal));
        Assert.Contains("12 of 15 classes", warning, StringComparison.Ordinal);
        Assert.Contains("'none9' and 2 more", warning, StringComparison.Ordinal);
    }

    private static EstimatorChain<ResNeXtTransformer> PipelineOn(string column) =>
        MlContext.Transforms.Conversion.MapValueToKey("Key", column).Append(Trainer(Options() with { LabelColumnName = "Key" }));

    private static void AssertKeeps(IDataView rows, string column, string[] names)
    {
        ITransformer model = PipelineOn(column).Fit(rows);
        foreach (ITransformer either in (ITransformer[])[model, Reload(model, rows.Schema)])
        {
            IDataView scored = either.Transform(rows);
            Assert.Equal(names, SlotNames(scored.Schema["Score"]));
            Assert.Equal(names, KeyValues(scored.Schema["PredictedLabel"]));
            uint[] best = [.. Scores(scored).Select(scores => (uint)Array.IndexOf(scores, scores.Max()) + 1)];
            Assert.Equal(best, scored.GetColumn<uint>("PredictedLabel"));
        }
    }

    private sealed class Word
    {
        public string Name { get; set; } = "";
    }
}
