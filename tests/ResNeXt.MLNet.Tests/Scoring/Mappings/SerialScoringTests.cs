using Microsoft.ML;
using ResNeXt.MLNet.Scoring.Mappings;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Scoring.Mappings;

public sealed class SerialScoringTests
{
    [Theory]
    [InlineData("Planar")]
    [InlineData("Image")]
    public void GetRowCursorSet_OfAReloadedPipeline_RunsTheNetworkInOneCursor(string column)
    {
        IDataView computed = UpToTheNetwork(Trained(reloaded: true, column));

        DataViewRowCursor[] cursors = computed.GetRowCursorSet([computed.Schema[SerialScoringEnd.PassedColumn]], 4);

        Assert.Single(cursors);
        Array.ForEach(cursors, cursor => cursor.Dispose());
    }

    private static IDataView UpToTheNetwork(ITransformer model)
    {
        IDataView view = Rows();
        foreach (ITransformer step in Steps(model))
        {
            view = step.Transform(view);
            if (view.Schema.GetColumnOrNull(SerialScoringEnd.PassedColumn) is not null)
                return view;
        }
        throw new InvalidOperationException("The pipeline has no network.");
    }

    private static IEnumerable<ITransformer> Steps(ITransformer model) => model is IEnumerable<ITransformer> chain ? chain.SelectMany(Steps) : [model];
}
