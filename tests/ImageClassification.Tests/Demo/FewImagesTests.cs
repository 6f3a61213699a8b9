using ImageClassification.Demo;
using Microsoft.ML;
using ResNeXt.MLNet;

namespace ImageClassification.Tests.Demo;

public sealed class FewImagesTests
{
    // Everything that the demo makes is complete by then, so an interruption must not say that there is no model.
    [Fact]
    public void Compare_AfterAnInterruption_EndsWithoutAnException()
    {
        using var folder = new TemporaryFolder();
        ShapeImages.Write(folder.Path);
        var mlContext = new MLContext(seed: 1);
        (IDataView training, _, IDataView? test) = mlContext.Data.LoadSetsFromImageFolder(folder.Path);

        Assert.Null(Record.Exception(() => FewImages.Compare(mlContext, training, test!, new CancellationToken(canceled: true))));
    }
}
