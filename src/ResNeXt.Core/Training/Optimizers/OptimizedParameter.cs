using TorchSharp.Modules;

namespace ResNeXt.Core.Training.Optimizers;

/// <summary>A parameter that an optimizer updates, and its own settings.</summary>
/// <param name="Name">The parameter's name in the network.</param>
/// <param name="Parameter">The parameter; owned by the network.</param>
/// <param name="RateFactor">The factor from the learning rate of the step to the learning rate of this parameter.</param>
/// <param name="WeightDecay">The strength of weight decay; 0 for none.</param>
internal sealed record OptimizedParameter(string Name, Parameter Parameter, double RateFactor, double WeightDecay);
