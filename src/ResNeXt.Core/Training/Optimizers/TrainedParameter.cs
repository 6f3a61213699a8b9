using TorchSharp.Modules;

namespace ResNeXt.Core.Training.Optimizers;

/// <summary>A parameter that learns, and how.</summary>
/// <param name="Name">Its name in the network.</param>
/// <param name="Parameter">It; the network's.</param>
/// <param name="RateFactor">Its rate as a part of the step's.</param>
/// <param name="WeightDecay">What pulls it towards zero.</param>
internal sealed record TrainedParameter(string Name, Parameter Parameter, double RateFactor, double WeightDecay);
