using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using ResNeXt.Core.Files;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet.Scoring;

/// <summary>The step of a chain that runs a graph.</summary>
internal static class OnnxStep
{
    private const string Cuda = "CUDAExecutionProvider";

    /// <summary>Runs a graph, on the MLContext's GPU if it names one and the application's ONNX Runtime has a build for it.</summary>
    /// <remarks>
    /// ML.NET asks a runtime without CUDA for the GPU all the same, which fails whatever <see cref="MLContext.FallbackToCpu"/> says: a network that
    /// was trained on the GPU could not be scored beside the CPU's runtime. The step is then made in a context that names no GPU.
    /// </remarks>
    /// <param name="services">The context.</param>
    /// <param name="files">Takes the file that ONNX Runtime loads the graph from, and ML.NET saves it from.</param>
    /// <param name="onnx">The graph.</param>
    /// <param name="inputs">The columns it takes, each named like an input.</param>
    /// <param name="outputs">The columns it gives, each named like an output.</param>
    /// <exception cref="IOException">The graph is kept in a temporary file, and the folder for these is missing, full or read-only.</exception>
    public static IEstimator<ITransformer> Of(MLServices services, OnnxFiles files, byte[] onnx, string[] inputs, string[] outputs)
    {
        bool onGpu = services.GpuDeviceId is not null && OrtEnv.Instance().GetAvailableProviders().Contains(Cuda);
        TransformsCatalog transforms = services.GpuDeviceId is null || onGpu ? services.Transforms : new MLContext().Transforms;
        try
        {
            return transforms.ApplyOnnxModel(outputs, inputs, files.Add(onnx));
        }
        catch (Exception exception) when (TemporaryStorage.Blame(exception) is { } blame)
        {
            throw blame;
        }
    }
}
