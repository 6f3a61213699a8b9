using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Schema;
using ResNeXt.MLNet.Scoring;
using ResNeXt.MLNet.Scoring.Columns;

namespace ResNeXt.MLNet.Features;

/// <summary>The chain of transformers that computes features.</summary>
internal static class FeatureChain
{
    /// <summary>The column of the network's output. Part of saved models: never changed.</summary>
    private const string FeaturesColumn = "ResNeXt.Features";

    /// <summary>Builds the chain.</summary>
    /// <param name="services">The context.</param>
    /// <param name="input">How the input column delivers pixels.</param>
    /// <param name="model">The network with the layer that gives the features.</param>
    /// <param name="outputColumn">The name of the output column.</param>
    public static NetworkChain Build(MLServices services, FeatureInput input, FeatureModel model, string outputColumn)
    {
        var signature = new FeatureSignature { Input = PixelColumn.Name, Layout = input.Layout, Output = FeaturesColumn };
        return NetworkChain.Build(services, input, nameof(ResNeXtFeaturizingTransformer), files => new EstimatorChain<ITransformer>()
            .Append(NetworkSteps.Of(services, files, input, FeatureExporter.Write(model, signature), FeaturesColumn, model.Names))
            .Append(services.Transforms.CopyColumns(outputColumn, NetworkSteps.NamedColumn))
            .Append(services.Transforms.DropColumns([.. NetworkSteps.Temporary(input), FeaturesColumn])));
    }
}
