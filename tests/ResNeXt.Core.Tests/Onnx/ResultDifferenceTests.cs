using ResNeXt.Core.Onnx;

namespace ResNeXt.Core.Tests.Onnx;

public sealed class ResultDifferenceTests
{
    [Theory]
    [InlineData(true, new float[] { 1, -200 }, new float[] { 1, -200.01f })]
    [InlineData(true, new float[0], new float[0])]
    [InlineData(false, new float[] { 1, -200 }, new float[] { 1, -200.1f })]
    [InlineData(false, new float[] { 1, 2 }, new float[] { 1, float.NaN })]
    [InlineData(false, new float[] { 1, float.NaN }, new float[] { 1, 2 })]
    [InlineData(false, new float[] { 1, float.PositiveInfinity }, new float[] { 1, 2 })]
    [InlineData(false, new float[] { 1, 2 }, new float[] { 1, 2, 3 })]
    [InlineData(false, new float[] { 1, 2, 3 }, new float[] { 1, 2 })]
    public void IsWithin_ATenThousandth_IsOfFiniteResultsAsManyAndAsLarge(bool expected, float[] first, float[] second) =>
        Assert.Equal(expected, ResultDifference.Between(first, second).IsWithin(1e-4));
}
