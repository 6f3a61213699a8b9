using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Tests.Catalogs;

public sealed class UncompressedSavingCatalogTests
{
    [Fact]
    public void SaveUncompressed_OfATrainedPipeline_LoadsAndScoresLikeIt()
    {
        ITransformer model = TinyModel.Trained(reloaded: false);
        IDataView rows = TinyModel.Rows();
        using var file = new TemporaryFile(name: "model.zip");
        TinyModel.MlContext.Model.SaveUncompressed(model, rows.Schema, file.Path);

        ITransformer loaded = new MLContext().Model.Load(file.Path, out DataViewSchema schema);

        // ML.NET itself leaves columns of images out of a saved schema.
        Assert.Equal(["Planar", "Interleaved", "Label", "Number"], schema.Select(column => column.Name));
        Assert.Equal(Scores(model, rows), Scores(loaded, rows));
        using ResNeXtTransformer part = ResNeXtTransformer.Load(new MLContext(), file.Path);
        Assert.Equal(TinyModel.LastStep("Planar").ClassNames, part.ClassNames);
    }

    [Fact]
    public void SaveUncompressed_OverAFile_StoresEveryEntryAsItIs()
    {
        using var file = new TemporaryFile(name: "model.zip");
        File.WriteAllText(file.Path, "what was there before");
        TinyModel.MlContext.Model.SaveUncompressed(TinyModel.Trained(reloaded: true), inputSchema: null, file.Path);

        using ZipArchive zip = ZipFile.OpenRead(file.Path);
        Assert.Contains(zip.Entries, entry => entry.Name == "OnnxModel");
        Assert.All(zip.Entries, entry => Assert.Equal(entry.Length, entry.CompressedLength));
    }

    [Fact]
    public void SaveUncompressed_IntoMissingFolder_NamesIt()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}", "model.zip");

        var exception = Assert.Throws<DirectoryNotFoundException>(
            () => TinyModel.MlContext.Model.SaveUncompressed(TinyModel.Trained(reloaded: true), inputSchema: null, path));

        Assert.Contains(Path.GetDirectoryName(path)!, exception.Message);
    }

    private static float[][] Scores(ITransformer model, IDataView rows) => [.. model.Transform(rows).GetColumn<float[]>("Score")];
}
