using Microsoft.ML;
using ResNeXt.Core;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.MLNet.Reports;
using ResNeXt.Tool.Data;
using ResNeXt.Tool.Scoring;

namespace ResNeXt.Tool.Reports;

/// <summary>The parts of a report that come from a saved model and labeled images.</summary>
internal static class ReportContents
{
    /// <summary>Reports on images that were scored.</summary>
    public static ClassificationReport Classification(MLContext mlContext, IDataView scored, ILabeledImages images) =>
        ClassificationReport.Create(scored, new ClassificationReportOptions
        {
            LabelColumnName = nameof(LabeledImage.Label),
            ScoreColumnName = SavedClassifier.Score,
            NameColumnName = nameof(LabeledImage.Name),
            ImageColumnName = nameof(LabeledImage.Image),
            // The scored rows are cached, and images cannot be.
            ImageRows = images.ToDataView(mlContext),
        });

    /// <summary>Lists the layers of the network in a saved model; null if it has no ResNeXt, or one for images that are not square.</summary>
    public static NetworkSummary? Network(string modelZip)
    {
        if (ModelZip.FindOnnx(modelZip) is not { } onnx)
            return null;
        ClassifierModel model = OnnxReader.ReadAny(onnx);
        return model.Shape.Height == model.Shape.Width ? new(model.Architecture, model.Shape.Height, model.ClassNames.Count) : null;
    }
}
