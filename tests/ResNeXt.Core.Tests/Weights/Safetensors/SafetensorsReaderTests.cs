using System.Runtime.InteropServices;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Weights.Making;

namespace ResNeXt.Core.Tests.Weights.Safetensors;

public sealed class SafetensorsReaderTests
{
    [Fact]
    public void Read_ValidFile_KeepsOrderMetadataAndPlaces()
    {
        float[] values = [1, 2, 3, 4, 5, 6, 7];
        string header = $$$"""
        { {{{SafetensorsBytes.Entry("b", "F32", "2,2", 12, 28)}}}, "__metadata__": {"format":"pt", "x":"\u00e9"}, {{{SafetensorsBytes.Entry("a", "F32", "3", 0, 12)}}},
          {{{SafetensorsBytes.Entry("none", "F32", "0,5", 12, 12)}}} }
        """;

        StateDict weights = Reading.Read(SafetensorsBytes.Of(header, MemoryMarshal.AsBytes(values.AsSpan()).ToArray()));

        Assert.Equal(["b", "a", "none"], weights.Tensors.Keys);
        Assert.Equal([4f, 5, 6, 7], weights.Values("b"));
        Assert.Equal([2, 2], weights.Tensors["b"].Shape);
        Assert.Equal([1f, 2, 3], weights.Values("a"));
        Assert.Empty(weights.Values("none"));
        Assert.Equal("pt", weights.Metadata["format"]);
        Assert.Equal("é", weights.Metadata["x"]);
    }

    [Fact]
    public void Read_OtherFloatingTypes_AreConverted()
    {
        byte[] data = [.. MemoryMarshal.AsBytes([0.1]), .. MemoryMarshal.AsBytes([(Half)1.5f]), 0x49, 0xC0];
        string header = $$"""{{{SafetensorsBytes.Entry("d", "F64", "", 0, 8)}},{{SafetensorsBytes.Entry("h", "F16", "1", 8, 10)}},{{SafetensorsBytes.Entry("b", "BF16", "1", 10, 12)}}}""";

        StateDict weights = Reading.Read(SafetensorsBytes.Of(header, data));

        Assert.Equal([0.1f], weights.Values("d"));
        Assert.Equal([1.5f], weights.Values("h"));
        Assert.Equal([-3.140625f], weights.Values("b"));
    }

    [Fact]
    public void Read_BatchCounter_IsLeftOut()
    {
        string header = $$"""{{{SafetensorsBytes.Entry("bn.num_batches_tracked", "I64", "", 0, 8)}},{{SafetensorsBytes.Entry("w", "F32", "1", 8, 12)}}}""";

        Assert.Equal(["w"], Reading.Read(SafetensorsBytes.Of(header, new byte[12])).Tensors.Keys);
    }

    [Theory]
    [InlineData("I64")]
    [InlineData("BOOL")]
    [InlineData("F4")]
    public void Read_OtherType_IsRefusedByNameAndType(string type)
    {
        string message = Reading.Refusal(Single("steps.weight", type, "1", 0, 8, 8));

        Assert.Contains("'steps.weight' of type", message, StringComparison.Ordinal);
        Assert.Contains(type, message, StringComparison.Ordinal);
        Assert.Contains("accepted are F32, F64, F16 and BF16", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1UL << 60)]
    [InlineData(ulong.MaxValue)]
    [InlineData(1000UL)]
    public void Read_HeaderLongerThanTheFile_IsRefused(ulong claimed) => Assert.Contains($"claims a safetensors header of {claimed} bytes",
        Reading.Refusal(SafetensorsBytes.Of("{}", [], claimed)), StringComparison.Ordinal);

    [Fact]
    public void Read_HeaderLongerThanAnyNetworkNeeds_IsRefused() => Assert.Contains("at most 16000000",
        Reading.Refusal(SafetensorsBytes.Of("{}".PadRight(16_000_001), [])), StringComparison.Ordinal);

    [Theory]
    [InlineData("4", 0, 12, 16, "12 bytes where its shape [4] needs 16")]
    [InlineData("4", 8, 4, 16, "-4 bytes where its shape [4] needs 16")]
    [InlineData("4", 0, 16, 12, "it is cut off")]
    [InlineData("4", 0, 16, 17, "1 bytes after its last tensor")]
    [InlineData("4", 4, 20, 20, "a hole at byte 0")]
    [InlineData("4294967296,4294967296", 0, 0, 0, "more elements")]
    [InlineData("2147483647,2147483647,2147483647", 0, 4, 4, "more elements")]
    [InlineData("1073741824", 0, 4294967296, 16, "it is cut off")]
    [InlineData("1,1,1,1,1,1,1,1,1", 0, 4, 4, "up to 8 whole numbers")]
    [InlineData("-1", 0, 4, 4, "up to 8 whole numbers")]
    [InlineData("1.5", 0, 4, 4, "up to 8 whole numbers")]
    [InlineData("99999999999999999999", 0, 4, 4, "up to 8 whole numbers")]
    public void Read_WrongPlaces_AreRefused(string shape, long begin, long end, int dataLength, string expected) =>
        Assert.Contains(expected, Reading.Refusal(Single("w", "F32", shape, begin, end, dataLength)), StringComparison.Ordinal);

    [Theory]
    [InlineData(0, 8, 4, 12, "an overlap at byte 4")]
    [InlineData(0, 8, 0, 8, "an overlap at byte 0")]
    [InlineData(0, 8, 12, 20, "a hole at byte 8")]
    public void Read_TensorsThatOverlapOrLeaveAGap_AreRefused(long begin, long end, long secondBegin, long secondEnd, string expected)
    {
        string header = $$"""{{{SafetensorsBytes.Entry("a", "F32", "2", begin, end)}},{{SafetensorsBytes.Entry("b", "F32", "2", secondBegin, secondEnd)}}}""";

        Assert.Contains(expected, Reading.Refusal(SafetensorsBytes.Of(header, new byte[secondEnd])), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NameThatStandsTwice_IsRefused()
    {
        string header = $$"""{{{SafetensorsBytes.Entry("w", "F32", "1", 0, 4)}},{{SafetensorsBytes.Entry("w", "F32", "1", 4, 8)}}}""";

        Assert.Contains("'w' twice", Reading.Refusal(SafetensorsBytes.Of(header, new byte[8])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "not valid JSON")]
    [InlineData("{}{}", "not valid JSON")]
    [InlineData("{]", "not valid JSON")]
    [InlineData("{\"w\":1}", "'w' holds Number where StartObject belongs")]
    [InlineData("{\"w\":{}}", "'w' needs dtype, shape and two data_offsets")]
    [InlineData("{\"w\":{\"dtype\":1}}", "'w' holds Number where String belongs")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[0]}}", "'w' needs dtype, shape and two data_offsets")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"data_offsets\":[0,0]}}", "'w' needs dtype, shape and two data_offsets")]
    [InlineData("{\"w\":{\"shape\":[0],\"data_offsets\":[0,0]}}", "'w' needs dtype, shape and two data_offsets")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0]}}", "'w' needs dtype, shape and two data_offsets")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":{},\"data_offsets\":[0,0]}}", "'w' holds StartObject where StartArray belongs")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[[0]],\"data_offsets\":[0,0]}}", "'w' holds StartArray where Number belongs")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"dtype\":\"F16\"}}", "unknown or repeated property 'dtype'")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[0],\"shape\":[0],\"data_offsets\":[0,0]}}", "unknown or repeated property 'shape'")]
    [InlineData("{\"w\":{\"data_offsets\":[0,0],\"data_offsets\":[0,0]}}", "unknown or repeated property 'data_offsets'")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0],\"extra\":{\"a\":[1]}}}", "unknown or repeated property 'extra'")]
    [InlineData("{\"__metadata__\":1}", "'__metadata__' holds Number where StartObject belongs")]
    [InlineData("{\"__metadata__\":{\"a\":1}}", "'__metadata__' holds Number where String belongs")]
    [InlineData("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", "the metadata 'a' twice")]
    [InlineData("{\"\\ud800\":{}}", "not valid JSON")]
    public void Read_WrongHeader_IsRefusedWithWhatIsWrong(string header, string expected) =>
        Assert.Contains(expected, Reading.Refusal(SafetensorsBytes.Of(header, [])), StringComparison.Ordinal);

    [Fact]
    public void Read_HeaderNestedDeeply_IsRefused() =>
        Reading.Refusal(SafetensorsBytes.Of("{\"w\":" + new string('[', 1_000_000), []));

    private static byte[] Single(string name, string type, string shape, long begin, long end, int dataLength) =>
        SafetensorsBytes.Of("{" + SafetensorsBytes.Entry(name, type, shape, begin, end) + "}", new byte[dataLength]);
}
