using ResNeXt.Core.Weights.PyTorch.Storages;

namespace ResNeXt.Core.Weights.PyTorch.Pickle;

/// <summary>A parameter as the first versions of PyTorch wrote it: an empty object whose tensor is set afterwards.</summary>
/// <param name="tensor">The tensor; null if it is set later.</param>
internal sealed class PickleParameter(TensorView? tensor = null)
{
    /// <summary>The tensor; null until it is set.</summary>
    public TensorView? Tensor { get; private set; } = tensor;

    /// <summary>Sets the tensor from the state of the object: tensor, gradient, hooks and two flags, or the last three without a tensor.</summary>
    /// <exception cref="InvalidDataException">The state has another structure.</exception>
    public void SetState(object? state, PickleInput input)
    {
        if (state is object?[] parts && parts is [TensorView tensor, _, _, _, _])
            Tensor = tensor;
        else if (Tensor is null || state is not object?[] { Length: 3 })
            throw input.Damaged("describes a parameter by something other than its tensor and switches");
    }
}
