using Microsoft.ML;
using Microsoft.ML.Transforms.Onnx;
using ResNeXt.Core.Files;
using ResNeXt.Core.OnnxSessions;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet.Scoring;

/// <summary>The step of a chain that runs an ONNX model.</summary>
internal static class OnnxStep
{
    private const string Cuda = "CUDAExecutionProvider";

    /// <summary>Whether the step runs on a GPU: the MLContext names one, and the application's ONNX Runtime supports CUDA.</summary>
    /// <param name="services">The context.</param>
    public static bool IsOnGpu(MLServices services) =>
        services.GpuDeviceId is not null && OnnxRuntimeAccess.Environment.GetAvailableProviders().Contains(Cuda);

    /// <summary>Makes the step. It runs on the MLContext's GPU if there is one and the application's ONNX Runtime supports CUDA.</summary>
    /// <remarks>
    /// If the MLContext names a GPU, ML.NET asks for it even when ONNX Runtime has no CUDA, which fails whatever
    /// <see cref="MLContext.FallbackToCpu"/> says. The step is then made in a context without a GPU, so that a network that was trained on a GPU can
    /// be scored on the CPU. It is also made in a context of its own where ONNX Runtime would choose a wrong number of threads.
    /// </remarks>
    /// <param name="services">The context.</param>
    /// <param name="files">The files of the chain; ONNX Runtime loads the model from there, and ML.NET saves it from there.</param>
    /// <param name="onnx">The ONNX model.</param>
    /// <param name="inputs">The names of the model's inputs, which are also those of the columns to read.</param>
    /// <param name="outputs">The names of the model's outputs, which are also those of the columns to write.</param>
    /// <exception cref="IOException">The temporary folder is missing, full or read-only.</exception>
    public static IEstimator<ITransformer> Of(MLServices services, OnnxFiles files, byte[] onnx, string[] inputs, string[] outputs)
    {
        TransformsCatalog transforms = IsOnGpu(services) ? services.Transforms : OnCpu(services);
        try
        {
            return transforms.ApplyOnnxModel(outputs, inputs, files.Add(onnx));
        }
        catch (Exception exception) when (TemporaryStorage.Blame(exception) is { } blame)
        {
            throw blame;
        }
    }

    private static TransformsCatalog OnCpu(MLServices services)
    {
        OnnxSessionOptions? options = services.Environment.GetOnnxSessionOption();
        if (options is null && SessionThreads.Default is { } threads)
            options = new() { IntraOpNumThreads = threads };
        else if (services.GpuDeviceId is null)
            return services.Transforms;
        var context = new MLContext();
        if (options is not null)
            context.SetOnnxSessionOption(options);
        return context.Transforms;
    }
}
