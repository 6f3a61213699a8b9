using ResNeXt.Core.Training.Optimizers;

namespace ResNeXt.Core.Training.Recipes;

/// <summary>How gradients move the weights.</summary>
public enum OptimizerKind
{
    /// <summary>Stochastic gradient descent with momentum and an L2 penalty, as in the papers.</summary>
    Sgd,

    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2017, arXiv 1711.05101).</summary>
    AdamW,
}
