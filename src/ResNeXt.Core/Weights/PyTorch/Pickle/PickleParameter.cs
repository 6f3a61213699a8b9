using ResNeXt.Core.Weights.PyTorch.Storages;

namespace ResNeXt.Core.Weights.PyTorch.Pickle;

/// <summary>A parameter as the first versions of PyTorch wrote it: an empty object at first, which is given its tensor afterwards.</summary>
/// <param name="tensor">The tensor, where it was there from the start.</param>
internal sealed class PickleParameter(TensorView? tensor = null)
{
    /// <summary>Its tensor; null until it is given one.</summary>
    public TensorView? Tensor { get; private set; } = tensor;

    /// <summary>Takes the tensor from the object's state: tensor, gradient, hooks and two switches, or the latter three without a tensor.</summary>
    /// <exception cref="InvalidDataException">It is no such state.</exception>
    public void SetState(object? state, PickleInput input)
    {
        if (state is object?[] parts && parts is [TensorView tensor, _, _, _, _])
            Tensor = tensor;
        else if (Tensor is null || state is not object?[] { Length: 3 })
            throw input.Damaged("describes a parameter by something other than its tensor and switches");
    }
}
