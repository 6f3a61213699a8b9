using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Quantization;
using ResNeXt.Core.Quantization.Calibration;

namespace ResNeXt.Core.Tests.Quantization;

public sealed class HeldBackImagesTests
{
    // The exponential of such logits exceeds float32.
    [Fact]
    public void Measure_WithLogitsOfThousands_ComparesTheProbabilities()
    {
        ClassifierModel model = SmallClassifiers.Create(SmallClassifiers.OptionA);
        ClassifierModel large = SmallClassifiers.With(model, "fc.weight", (value, _) => value * 1e5f);
        ClassifierModel opposite = SmallClassifiers.With(large, "fc.weight", (value, _) => -value);
        byte[] onnx = OnnxExporter.Write(large);
        using ImageStore unlabeled = SmallClassifiers.Images(model.Shape, 10);
        using var session = new ClassifierSession(onnx, model.Shape);
        float[][] logits = session.Logits(unlabeled, default);
        Assert.True(logits.Max(row => row.Max()) > 1000);
        using var images = new ImageStore(model.Shape, long.MaxValue);
        var pixels = new float[model.Shape.Length];
        for (int index = 0; index < unlabeled.Count; index++)
        {
            unlabeled.CopyTo(index, pixels);
            images.Add(pixels, Array.IndexOf(logits[index], logits[index].Max()));
        }

        var heldBack = new HeldBackImages(images, large, onnx, new QuantizationOptions());

        Assert.Equal(10, heldBack.Right);
        Assert.Equal(0, heldBack.Measure(onnx).Changed);
        Assert.Equal(10, heldBack.Measure(OnnxExporter.Write(opposite)).Changed);
        Assert.True(heldBack.Measure(OnnxExporter.Write(opposite)).Divergence > 1);
    }
}
