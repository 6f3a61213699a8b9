using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Optimizers;

/// <summary>How a step of an optimizer changes a parameter, given its gradient and what the rule remembers of earlier gradients.</summary>
/// <remarks>
/// The update is written twice. The first form works on memory, a cache-sized piece at a time, and is several times faster on the CPU; the second
/// uses tensor operations, for a GPU.
/// </remarks>
internal interface IUpdateRule
{
    /// <summary>The names of the tensors that the rule keeps for every parameter. They are part of tensor names in checkpoints.</summary>
    IReadOnlyList<string> StateNames { get; }

    /// <summary>Updates a piece of a parameter in memory; called from several threads.</summary>
    /// <param name="piece">The parameter, its state in the order of <see cref="StateNames"/>, and its gradient, which may be overwritten.</param>
    /// <param name="step">The settings of the step.</param>
    void Update(ElementwisePass.Piece piece, UpdateSettings step);

    /// <summary>Updates a parameter by tensor operations, under no_grad.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="state">The parameter's state, in the order of <see cref="StateNames"/>.</param>
    /// <param name="gradient">The gradient, which may be overwritten.</param>
    /// <param name="step">The settings of the step.</param>
    void Update(Parameter parameter, IReadOnlyList<Tensor> state, Tensor gradient, UpdateSettings step);
}

/// <summary>The settings of one step for one parameter.</summary>
/// <param name="Rate">The learning rate of this parameter.</param>
/// <param name="WeightDecay">The strength of weight decay; 0 for none.</param>
/// <param name="Step">The number of the step, from 0.</param>
internal readonly record struct UpdateSettings(double Rate, double WeightDecay, long Step);
