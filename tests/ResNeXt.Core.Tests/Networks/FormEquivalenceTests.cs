using ResNeXt.Core.Networks;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights.Matching;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.Networks;

/// <summary>The forms of arXiv 1611.05431, figure 3, are one function; so are the split form and a network whose first 1x1 is grouped too.</summary>
public sealed class FormEquivalenceTests
{
    public static TheoryData<BlockForm, BlockForm, NormalizationKind, StridePlacement> Pairs()
    {
        var pairs = new TheoryData<BlockForm, BlockForm, NormalizationKind, StridePlacement>();
        BlockForm[] figure3 = [BlockForm.Aggregated, BlockForm.EarlyConcatenation, BlockForm.Grouped];
        foreach (BlockForm from in figure3)
        {
            foreach (BlockForm to in figure3.Where(form => form != from))
                pairs.Add(from, to, NormalizationKind.BatchNormalization, StridePlacement.Convolution3x3);
        }
        pairs.Add(BlockForm.Aggregated, BlockForm.Grouped, NormalizationKind.None, StridePlacement.First1x1);
        pairs.Add(BlockForm.EarlyConcatenation, BlockForm.Aggregated, NormalizationKind.None, StridePlacement.Convolution3x3);
        pairs.Add(BlockForm.SplitTransformMerge, BlockForm.SplitGrouped, NormalizationKind.BatchNormalization, StridePlacement.First1x1);
        pairs.Add(BlockForm.SplitGrouped, BlockForm.SplitTransformMerge, NormalizationKind.BatchNormalization, StridePlacement.Convolution3x3);
        pairs.Add(BlockForm.SplitTransformMerge, BlockForm.SplitGrouped, NormalizationKind.None, StridePlacement.First1x1);
        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Convert_BetweenForms_KeepsOutputsAndGradients(BlockForm from, BlockForm to, NormalizationKind normalization, StridePlacement stride)
    {
        Architecture first = SmallNetworks.ResNeXt with { Form = from, Normalization = normalization, StridePlacement = stride };
        Architecture second = first with { Form = to };
        StateDict weights = GoldenWeights.Of(first, NetworkRun.Classes), converted = BlockFormConverter.Convert(weights, first, second);

        AssertAgree(first, weights, second, converted, ScalarType.Float32, 1e-5);
        AssertAgree(first, weights, second, converted, ScalarType.Float64, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Convert_ThereAndBack_GivesTheSameBits(BlockForm from, BlockForm to, NormalizationKind normalization, StridePlacement stride)
    {
        Architecture first = SmallNetworks.ResNeXt with { Form = from, Normalization = normalization, StridePlacement = stride };
        Architecture second = first with { Form = to };
        StateDict weights = GoldenWeights.Of(first, NetworkRun.Classes);

        StateDict back = BlockFormConverter.Convert(BlockFormConverter.Convert(weights, first, second), second, first);

        Assert.Equal(weights.Tensors.Keys, back.Tensors.Keys);
        Assert.All(weights.Tensors, tensor => Assert.Equal(tensor.Value.Values.ToArray(), back.Tensors[tensor.Key].Values.ToArray()));
    }

    private static void AssertAgree(Architecture first, StateDict weights, Architecture second, StateDict converted, ScalarType precision, double tolerance)
    {
        NetworkRun expected = NetworkRun.Of(second, converted, precision), actual = NetworkRun.Of(first, weights, precision);
        Assert.InRange(NetworkRun.Difference(expected.Outputs, actual.Outputs), 0, tolerance);
        Assert.InRange(NetworkRun.Difference(expected.InputGradients, actual.InputGradients), 0, tolerance);
        // In the grouped layout: the gradients of one transformation alone may cancel to almost nothing, and then only rounding is left.
        Architecture whole = first with { Form = first.Form is BlockForm.SplitTransformMerge or BlockForm.SplitGrouped ? BlockForm.SplitGrouped : BlockForm.Grouped };
        IReadOnlyDictionary<string, double[]> gradients = actual.WeightGradientsAs(first, whole);
        foreach ((string name, double[] values) in expected.WeightGradientsAs(second, whole))
            Assert.InRange(NetworkRun.Difference(values, gradients[name]), 0, tolerance);
    }
}
