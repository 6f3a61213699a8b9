using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Optimizers;

/// <summary>Moves parameters by their gradients; owns what it remembers of them.</summary>
internal interface IOptimizer : IDisposable
{
    /// <summary>What it remembers, by names of its own: part of a checkpoint.</summary>
    IEnumerable<(string Name, Tensor Value)> Memory { get; }

    /// <summary>Moves every parameter and forgets its gradient. Under no_grad.</summary>
    /// <param name="rate">The learning rate.</param>
    /// <param name="step">The step, from 0, since it was made.</param>
    void Step(double rate, long step);
}
