using System.Runtime.Intrinsics.X86;
using ResNeXt.Core.Processors;

namespace ResNeXt.Core.Tests.Processors;

public sealed class CpuFeaturesTests
{
    [Fact]
    public void Names_OfSomeFeatures_AreTheirs()
    {
        var features = new CpuFeatures(HasAvx2: true, HasFma: true, HasAvx512: false, HasBFloat16: false, HasVnni: true, HasArmDotProduct: false);

        Assert.Equal(["AVX2", "FMA", "VNNI"], features.Names);
        Assert.True(features.HasInt8DotProduct);
    }

    [Fact]
    public void Current_WithoutAvx512_HasNoBFloat16() => Assert.True(Avx512F.IsSupported || !CpuFeatures.Current.HasBFloat16);
}
