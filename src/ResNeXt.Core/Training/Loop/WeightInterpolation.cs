using System.Numerics.Tensors;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Training.Loop;

/// <summary>Weights between two sets of weights of the same network (<see cref="Recipes.FineTuning.Interpolation"/>).</summary>
internal static class WeightInterpolation
{
    /// <summary>Computes start + fraction * (end - start) for every tensor.</summary>
    /// <param name="start">The weights at 0.</param>
    /// <param name="end">The weights at 1, with the same names and shapes.</param>
    /// <param name="fraction">The place between them, 0 to 1.</param>
    public static StateDict Between(StateDict start, StateDict end, float fraction) => new(end.Tensors.Select(item =>
    {
        float[] values = new float[item.Value.Values.Length];
        TensorPrimitives.Lerp(start.Tensors[item.Key].Values.Span, item.Value.Values.Span, fraction, values);
        return KeyValuePair.Create(item.Key, new WeightTensor(item.Value.Shape, values));
    }));
}
