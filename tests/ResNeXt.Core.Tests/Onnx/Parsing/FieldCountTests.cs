using ResNeXt.Core.Onnx.Parsing;
using ResNeXt.Core.Tests.Robustness;

namespace ResNeXt.Core.Tests.Onnx.Parsing;

public sealed class FieldCountTests
{
    [Fact]
    public void IsAcceptable_OfAModel_IsTrue() => Assert.True(FieldCount.IsAcceptable(SampleFiles.OnnxModel));

    // Of more than 32 bits, Protobuf takes the lower ones: the first is the field of the graph (3A), the second one of length 0.
    [Theory]
    [InlineData("BA8080801000")]
    [InlineData("3A808080801000")]
    public void IsAcceptable_OfANumberOfMoreThan32Bits_IsFalse(string bytes) => Assert.False(FieldCount.IsAcceptable(Convert.FromHexString(bytes)));

    [Fact]
    public void IsAcceptable_OfAGroup_IsFalse() => Assert.False(FieldCount.IsAcceptable([0x3B, 0x3C]));
}
