using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Images;
using static ResNeXt.MLNet.Tests.ResNeXtTrainerTests;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Operations;

/// <summary>Images and labels from wherever ML.NET's users have them: streams, bytes, tables of paths, files of ML.NET's own.</summary>
public sealed class InputTests
{
    private const int Count = 12;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Transform_OfImagesFromStreamsAndBytes_ScoresLikeTheSamePixels(bool reloaded)
    {
        using var folder = new TemporaryFolder();
        byte[][] files = [.. SavePngs(folder.Path).Select(File.ReadAllBytes)];
        ITransformer model = Trained(reloaded, "Image");

        IDataView fromStreams = MlContext.Data.LoadFromEnumerable(files.Select(file => new ImageRow { Image = MLImage.CreateFromStream(new MemoryStream(file)) }));
        IDataView fromBytes = MlContext.Data.LoadFromEnumerable(files.Select(file => new ImageRow { Image = ImageDecoder.Decode(file, "bytes") }));

        float[][] expected = Scores(model.Transform(Rows()));
        Assert.Equal(expected, Scores(model.Transform(fromStreams)));
        Assert.Equal(expected, Scores(model.Transform(fromBytes)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fit_OnATableOfPathsAndLabels_LearnsLikeFromImagesInMemory(bool reloaded)
    {
        using var folder = new TemporaryFolder();
        IDataView table = Table(folder.Path);

        ITransformer model = ReloadIf(reloaded, Load(folder.Path).Append(Pipeline(Options("Image") with { ImageSize = Patterns.Size })).Fit(table), table.Schema);

        Assert.Equal(Scores(Trained(reloaded: false, "Image").Transform(Rows())), Scores(model.Transform(table)));
        Assert.Equal(Patterns.Names, SlotNames(model.Transform(table).Schema["Score"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Transform_OfAShuffledAndFilteredTableOfPaths_ScoresEveryRowAsBefore(bool reloaded)
    {
        using var folder = new TemporaryFolder();
        IDataView table = Table(folder.Path);
        ITransformer images = Load(folder.Path).Fit(table), model = Trained(reloaded, "Image");
        var expected = table.GetColumn<string>("Path").Zip(Scores(model.Transform(Rows())), (path, scores) => (path, scores[0])).ToHashSet();

        IDataView some = MlContext.Data.FilterRowsByColumn(MlContext.Data.ShuffleRows(table, seed: 5), "Number", upperBound: 2.5);
        IDataView scored = model.Transform(images.Transform(some));

        (string, float)[] actual = [.. scored.GetColumn<string>("Path").Zip(Scores(scored), (path, scores) => (path, scores[0]))];
        Assert.Equal(8, actual.Length);
        Assert.All(actual, row => Assert.Contains(row, expected));
    }

    [Fact]
    public void Fit_OnKeysThatATextLoaderMakesOfNumbers_CallsThemByIndex()
    {
        using var folder = new TemporaryFolder();
        SavePngs(folder.Path);
        string file = Path.Combine(folder.Path, "numbers.tsv");
        File.WriteAllLines(file, Enumerable.Range(0, Count).Select(index => $"{index}.png\t{index % 3}"));
        IDataView table = MlContext.Data.CreateTextLoader(
        [
            new TextLoader.Column("Path", DataKind.String, 0), new TextLoader.Column("Label", DataKind.UInt32, [new(1)], new KeyCount(3)),
        ]).Load(file);

        ITransformer model = Load(folder.Path).Append(Trainer(Options("Image") with { ImageSize = Patterns.Size })).Fit(table);

        Assert.Equal(Scores(Trained(reloaded: false, "Image").Transform(Rows())), Scores(model.Transform(table)));
        Assert.Equal(["0", "1", "2"], KeyValues(Reload(model, table.Schema).Transform(table).Schema["PredictedLabel"]));
    }

    [Fact]
    public void Fit_OnAFileOfMLNetsOwn_LearnsLikeFromMemory()
    {
        using var file = new TemporaryFile(name: "rows.idv");
        using (FileStream stream = File.Create(file.Path))
            MlContext.Data.SaveAsBinary(MlContext.Transforms.SelectColumns("Planar", "Label").Fit(Rows()).Transform(Rows()), stream);

        IDataView rows = MlContext.Data.LoadFromBinary(file.Path);

        Assert.Equal(Scores(Trained(reloaded: false).Transform(Rows())), Scores(Pipeline().Fit(rows).Transform(rows)));
    }

    // Without Evaluate: its table of all classes by all classes would take most of a gigabyte.
    [Fact]
    public void Fit_OnTenThousandClasses_ScoresAndNamesEachBeforeAndAfterReload()
    {
        string[] names = [.. Enumerable.Range(0, 10_000).Select(index => $"class {index}")];
        Patterns.Row[] rows = [.. Patterns.Make(Count, seed: 1)];
        for (int i = 0; i < Count; i++)
            rows[i].Label = names[i * 900];
        IDataView data = MlContext.Data.LoadFromEnumerable(rows), keys = MlContext.Data.LoadFromEnumerable(names.Select(name => new ClassName { Name = name }));

        ITransformer model = MlContext.Transforms.Conversion.MapValueToKey("Label", keyData: keys).Append(Trainer()).Fit(data);

        foreach (ITransformer either in (ITransformer[])[model, Reload(model, data.Schema)])
        {
            IDataView scored = either.Transform(data);
            Assert.Equal(names, SlotNames(scored.Schema["Score"]));
            Assert.Equal(names, KeyValues(scored.Schema["PredictedLabel"]));
            Assert.Equal(Scores(scored).Select(scores => (uint)Array.IndexOf(scores, scores.Max()) + 1), scored.GetColumn<uint>("PredictedLabel"));
        }
    }

    private static IEstimator<ITransformer> Load(string folder) => MlContext.Transforms.LoadImages("Image", folder, "Path");

    private static IDataView Table(string folder)
    {
        SavePngs(folder);
        string file = Path.Combine(folder, "images.tsv");
        File.WriteAllLines(file, Patterns.Make(Count, seed: 1).Select((row, index) =>
            string.Create(CultureInfo.InvariantCulture, $"{index}.png\t{row.Label}\t{row.Number}")));
        return MlContext.Data.CreateTextLoader(
        [
            new TextLoader.Column("Path", DataKind.String, 0), new TextLoader.Column("Label", DataKind.String, 1), new TextLoader.Column("Number", DataKind.Single, 2),
        ]).Load(file);
    }

    private static string[] SavePngs(string folder) => [.. Patterns.Make(Count, seed: 1).Select((row, index) =>
    {
        using MLImage image = row.Image;
        string path = Path.Combine(folder, $"{index}.png");
        image.Save(path);
        return path;
    })];

    private sealed class ImageRow
    {
        [AnyImageType]
        public MLImage? Image { get; set; }

        public string Label { get; set; } = "";
    }

    private sealed class ClassName
    {
        public string Name { get; set; } = "";
    }
}
