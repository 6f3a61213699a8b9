using Microsoft.ML;
using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Tests.Schema;

/// <summary>The shape of a view's schema, which ML.NET gives to estimators alone: this one notes what it is given.</summary>
internal sealed class ShapeOf : IEstimator<ITransformer>
{
    private SchemaShape? _shape;

    public static SchemaShape Data(IDataView data)
    {
        var recorder = new ShapeOf();
        new EstimatorChain<ITransformer>().Append(recorder).Fit(data);
        return recorder._shape!;
    }

    ITransformer IEstimator<ITransformer>.Fit(IDataView input) =>
        TinyModel.MlContext.Transforms.CopyColumns("Copy", input.Schema[0].Name).Fit(input);

    SchemaShape IEstimator<ITransformer>.GetOutputSchema(SchemaShape inputSchema) => _shape = inputSchema;
}
