using ResNeXt.Core.Networks;
using ResNeXt.Core.Quantization.Folding;

namespace ResNeXt.Core.Tests.Quantization.Folding;

public sealed class GroupLayoutTests
{
    [Theory]
    [InlineData(128, 32, "16 16s 32 32s 64 64s")]
    [InlineData(1024, 32, "16 16s 64 64s")]
    [InlineData(2048, 64, "16 64 64s")]
    [InlineData(512, 8, "16 16s")]
    [InlineData(32, 16, "16 16s 32")]
    [InlineData(8, 4, "16")]
    public void Candidates_OfALayer_DifferInWhatIsComputed(int channels, int groups, string expected)
    {
        var layer = new LayerSpec("conv", LayerKind.Convolution, ["x"], channels, channels) { Groups = groups };

        Assert.Equal(expected, string.Join(' ', GroupLayout.Candidates(layer).Select(layout => $"{layout.Width}{(layout.IsSplit ? "s" : "")}")));
    }
}
