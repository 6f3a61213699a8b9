using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels;

/// <summary>
/// Owns the gradients that the most recent autograd function on a thread returned from its <c>backward</c>, until the next one runs.
/// </summary>
/// <remarks>
/// libtorch takes its own reference to a returned gradient only after <c>backward</c> has returned, so the function itself cannot dispose of the
/// tensor. If nobody did, TorchSharp's reference would keep the gradients of all layers alive until the end of the training step.
/// </remarks>
internal static class ReturnedGradients
{
    [ThreadStatic]
    private static List<Tensor>? _last;

    /// <summary>Disposes of the gradients that the previous function returned; call it first in every <c>backward</c>.</summary>
    public static void Release()
    {
        _last?.ForEach(tensor => tensor?.Dispose());
        _last = null;
    }

    /// <summary>Takes ownership of the gradients that a function is about to return.</summary>
    /// <param name="gradients">One gradient per input of the function; null for inputs without one.</param>
    /// <returns>The same list.</returns>
    public static List<Tensor> Keep(List<Tensor> gradients) => _last = gradients;
}
