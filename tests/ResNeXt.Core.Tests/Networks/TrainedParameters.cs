using ResNeXt.Core.Training.Optimizers;

namespace ResNeXt.Core.Tests.Networks;

/// <summary>All parameters of a network, learning alike.</summary>
internal static class TrainedParameters
{
    public static IEnumerable<TrainedParameter> Of(ResidualNetwork network, double weightDecay = 0) =>
        network.named_parameters().Select(item => new TrainedParameter(item.name, item.parameter, 1, weightDecay));
}
