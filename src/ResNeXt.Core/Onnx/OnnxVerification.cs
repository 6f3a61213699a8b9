using Microsoft.ML.OnnxRuntime;
using ResNeXt.Core.Images;
using ResNeXt.Core.Kernels;
using ResNeXt.Core.Machine;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.OnnxSessions;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.TorchRuntime;
using TorchSharp;
using static System.FormattableString;
using static TorchSharp.torch;

namespace ResNeXt.Core.Onnx;

/// <summary>Verifies an exported graph: runs it in ONNX Runtime, and compares the logits with those of the original network or graph.</summary>
internal static class OnnxVerification
{
    private const double Tolerance = 1e-4;
    private const int ProbeImages = 2;

    /// <summary>Compares a graph with the network that was exported.</summary>
    /// <param name="onnx">The bytes of the exported model.</param>
    /// <param name="signature">The signature of the exported model.</param>
    /// <param name="network">The network that was exported. Its training mode does not change.</param>
    /// <param name="model">The model that was exported.</param>
    /// <exception cref="InvalidOperationException">The logits differ by more than 0.0001 times the largest.</exception>
    /// <exception cref="UnsoundComputationException">libtorch computes wrongly on this machine.</exception>
    public static void Compare(byte[] onnx, OnnxSignature signature, ResidualNetwork network, ClassifierModel model)
    {
        float[] probe = Probe(model);
        Check(NetworkLogits(network, model, probe), Logits(onnx, signature, model.Shape, probe), model.Architecture.Name);
    }

    /// <summary>Compares a graph with another graph of the same network.</summary>
    /// <param name="onnx">The bytes of the exported model.</param>
    /// <param name="signature">The signature of the exported model.</param>
    /// <param name="original">The bytes of the original model.</param>
    /// <param name="originalSignature">The signature of the original model.</param>
    /// <param name="model">The model that was exported.</param>
    /// <exception cref="InvalidOperationException">The logits differ by more than 0.0001 times the largest.</exception>
    public static void Compare(byte[] onnx, OnnxSignature signature, byte[] original, OnnxSignature originalSignature, ClassifierModel model)
    {
        float[] probe = Probe(model);
        Check(Logits(original, originalSignature, model.Shape, probe), Logits(onnx, signature, model.Shape, probe), model.Architecture.Name);
    }

    /// <summary>Runs a graph from a file on one image, to check that it computes scores.</summary>
    /// <param name="onnx">The bytes of the model.</param>
    /// <param name="model">The model that <see cref="OnnxReader.ReadAny"/> read from these bytes.</param>
    /// <exception cref="InvalidDataException">
    /// ONNX Runtime cannot run the graph, the logits are not finite, or their number differs from the number of classes.
    /// </exception>
    public static void CheckRuns(byte[] onnx, ClassifierModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        float[] logits;
        try
        {
            logits = Logits(onnx, OnnxReader.Signature(onnx), model.Shape, Probe(model, images: 1));
        }
        catch (OnnxRuntimeException exception)
        {
            throw new InvalidDataException($"The ONNX model cannot be run; it is damaged. {FirstLine(exception.Message)}", exception);
        }
        if (logits.Length != model.ClassNames.Count || !WeightValues.AreFinite(logits))
            throw new InvalidDataException($"The ONNX model gives {logits.Length} scores for {model.ClassNames.Count} classes, "
                + "or scores that are not finite; it is damaged. Download or save it again.");
    }

    private static string FirstLine(string message) => message.Split('\r', '\n')[0];

    // Random pixels within two standard deviations of the mean, so that no channel is constant.
    private static float[] Probe(ClassifierModel model, int images = ProbeImages)
    {
        var random = new Random(1);
        var pixels = new float[images * model.Shape.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            int channel = i / model.Shape.PlaneLength % model.Shape.Channels;
            float value = (float)(random.NextDouble() * 4 - 2);
            pixels[i] = model.Normalization is { } normalization ? normalization.Mean[channel] + value * normalization.Std[channel] : value;
        }
        return pixels;
    }

    private static float[] NetworkLogits(ResidualNetwork network, ClassifierModel model, float[] probe)
    {
        SelfCheck.Run(inBFloat16: false);
        using var torchScope = new TorchScope();
        float[] normalized = [.. probe];
        for (int image = 0; image < ProbeImages && model.Normalization is not null; image++)
            model.Normalization.Apply(normalized.AsSpan(image * model.Shape.Length, model.Shape.Length), model.Shape.PlaneLength);
        bool training = network.training;
        network.eval();
        try
        {
            using DisposeScope scope = NewDisposeScope();
            using var inference = inference_mode();
            Tensor images = tensor(normalized, [ProbeImages, model.Shape.Channels, model.Shape.Height, model.Shape.Width]);
            Tensor computed = network.call(images);
            if (model.TestTimeFlip)
                computed = computed.Plus(network.call(images.flip(3))).DividedBy(2);
            return computed.data<float>().ToArray();
        }
        finally
        {
            network.train(training);
        }
    }

    private static float[] Logits(byte[] onnx, OnnxSignature signature, ImageShape shape, float[] probe)
    {
        // Errors are thrown as exceptions. Without this setting, ONNX Runtime would also write them to standard error.
        using InferenceSession session = OnnxRuntimeAccess.Open(
            onnx, static options => options.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
        bool planar = signature.Layout == PixelLayout.Planar;
        long[] dimensions = planar
            ? [probe.Length / shape.Length, shape.Channels, shape.Height, shape.Width]
            : [probe.Length / shape.Length, shape.Height, shape.Width, shape.Channels];
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(planar ? probe : Interleave(probe, shape), dimensions);
        using var run = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        var inputs = new Dictionary<string, OrtValue> { [signature.Input] = input };
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, inputs, [OnnxSignature.Logits]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    /// <summary>Gets planar images with the values of a pixel next to each other.</summary>
    internal static float[] Interleave(float[] planar, ImageShape shape)
    {
        var interleaved = new float[planar.Length];
        for (int i = 0; i < planar.Length; i++)
        {
            int image = i / shape.Length, channel = i % shape.Length / shape.PlaneLength, pixel = i % shape.PlaneLength;
            interleaved[image * shape.Length + pixel * shape.Channels + channel] = planar[i];
        }
        return interleaved;
    }

    private static void Check(float[] expected, float[] actual, string name)
    {
        var difference = ResultDifference.Between(expected, actual);
        if (!difference.IsWithin(Tolerance))
        {
            throw new InvalidOperationException(Invariant($"The ONNX graph of {name} does not compute what the network computes: ")
                + Invariant($"logits differ by {difference.Difference:G3} with a largest logit of {difference.Largest:G3}. Nothing was written."));
        }
    }
}
