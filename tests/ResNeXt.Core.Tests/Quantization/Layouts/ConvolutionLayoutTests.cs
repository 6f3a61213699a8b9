using ResNeXt.Core.Networks;
using ResNeXt.Core.Quantization.Layouts;

namespace ResNeXt.Core.Tests.Quantization.Layouts;

public sealed class ConvolutionLayoutTests
{
    [Theory]
    [InlineData(128, 32, "16 16s 32 32s 64 64s")]
    [InlineData(1024, 32, "16 16s 64 64s")]
    [InlineData(2048, 64, "16 64 64s")]
    [InlineData(512, 8, "16 16s")]
    [InlineData(32, 16, "16 16s 32")]
    [InlineData(8, 4, "16")]
    public void Candidates_OfGroups_DifferInWhatIsComputed(int channels, int groups, string expected)
    {
        var layer = new LayerSpec("conv", LayerKind.Convolution, ["x"], channels, channels) { Groups = groups };

        Assert.Equal(expected, string.Join(
            ' ', ConvolutionLayout.Candidates(layer, 56, 56).Select(layout => $"{layout.Width}{(layout.IsSplit ? "s" : "")}")));
    }

    [Theory]
    [InlineData(3, 7, 2, 224, 160, true)]
    [InlineData(4, 3, 2, 2, 2, true)]
    [InlineData(3, 7, 2, 225, 160, false)]
    [InlineData(3, 7, 2, 224, 161, false)]
    [InlineData(5, 7, 2, 224, 224, false)]
    [InlineData(3, 7, 1, 224, 224, false)]
    [InlineData(3, 1, 2, 224, 224, false)]
    public void Candidates_WithoutGroups_AreInBlocksWhereTheImageConsistsOfBlocks(
        int channels, int kernel, int stride, int height, int width, bool expected)
    {
        var layer = new LayerSpec("conv", LayerKind.Convolution, ["x"], channels, 64) { Kernel = kernel, Stride = stride };

        IReadOnlyList<ConvolutionLayout> candidates = ConvolutionLayout.Candidates(layer, height, width);

        Assert.Equal(ConvolutionLayout.Default, candidates[0]);
        Assert.Equal(expected ? [true] : [], candidates.Skip(1).Select(layout => layout.InBlocks));
    }
}
