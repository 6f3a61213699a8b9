using ResNeXt.Core.Training.Optimizers;

namespace ResNeXt.Core.Tests.Networks;

/// <summary>All parameters of a network, learning alike.</summary>
internal static class OptimizedParameters
{
    public static IEnumerable<OptimizedParameter> Of(ResidualNetwork network, double weightDecay = 0) =>
        network.named_parameters().Select(item => new OptimizedParameter(item.name, item.parameter, 1, weightDecay));
}
