using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Schema;
using ResNeXt.MLNet.Scoring;
using ResNeXt.MLNet.Scoring.Columns;

namespace ResNeXt.MLNet.Features;

/// <summary>The chain of stock transformers that computes features.</summary>
internal static class FeatureChain
{
    /// <summary>What the graph gives. Part of saved models: never changed.</summary>
    private const string FeaturesColumn = "ResNeXt.Features";

    /// <summary>Builds the chain around the graph of a model.</summary>
    public static NetworkChain Build(MLServices services, FeatureInput input, FeatureModel model, string outputColumn)
    {
        var surface = new FeatureSignature { Input = PixelColumn.Name, Layout = input.Layout, Output = FeaturesColumn };
        return NetworkChain.Build(services, input, nameof(ResNeXtFeaturizingTransformer), files => new EstimatorChain<ITransformer>()
            .Append(NetworkSteps.Of(services, files, input, FeatureExporter.Write(model, surface), FeaturesColumn, model.Names))
            .Append(services.Transforms.CopyColumns(outputColumn, NetworkSteps.NamedColumn))
            .Append(services.Transforms.DropColumns([.. NetworkSteps.Temporary(input), FeaturesColumn])));
    }
}
