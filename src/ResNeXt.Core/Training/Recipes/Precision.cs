namespace ResNeXt.Core.Training.Recipes;

/// <summary>The type in which activations and their gradients are computed. Weights, their updates, normalisation statistics, losses and validation are float32 in each.</summary>
public enum Precision
{
    /// <summary>
    /// <see cref="BFloat16"/> where the processor has instructions for it (AVX512-BF16, or a GPU that computes in it), else <see cref="Float32"/>.
    /// On a GPU, float32 products are then computed in TF32.
    /// </summary>
    Automatic,

    /// <summary>Everything in float32.</summary>
    Float32,

    /// <summary>
    /// Mixed precision (Micikevicius and others 2017, arXiv 1710.03740; with bfloat16 the loss needs no scaling). Many times slower than float32 on a
    /// processor without instructions for it.
    /// </summary>
    BFloat16,
}
