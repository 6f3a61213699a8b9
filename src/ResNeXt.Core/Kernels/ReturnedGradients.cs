using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels;

/// <summary>
/// Owns the gradients that the last of our functions returned on a thread. libtorch takes its own share in them, but only when the function has ended, and
/// TorchSharp would keep the other share to the end of the step, and so the gradients of all layers. The next function gives it up instead.
/// </summary>
internal static class ReturnedGradients
{
    [ThreadStatic]
    private static List<Tensor>? last;

    /// <summary>Gives up what the function before returned.</summary>
    public static void Release()
    {
        last?.ForEach(tensor => tensor?.Dispose());
        last = null;
    }

    /// <summary>Takes over what a function returns.</summary>
    public static List<Tensor> Keep(List<Tensor> gradients) => last = gradients;
}
