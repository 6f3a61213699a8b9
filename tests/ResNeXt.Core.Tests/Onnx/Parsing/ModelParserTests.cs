using Google.Protobuf;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.Onnx.Parsing;
using ResNeXt.Core.Onnx.Schema;
using ResNeXt.Core.Tests.Robustness;

namespace ResNeXt.Core.Tests.Onnx.Parsing;

/// <summary>The same models, and the same errors, as Protobuf's own parser gives.</summary>
public sealed class ModelParserTests
{
    [Fact]
    public void Parse_OfAModel_GivesTheSameAsProtobuf()
    {
        byte[] onnx = SampleFiles.OnnxModel;

        ModelProto parsed = ModelParser.Parse(onnx);

        Assert.Equal(ModelProto.Parser.ParseFrom(onnx), parsed);
        Assert.Equal(onnx, parsed.ToByteArray());
    }

    [Fact]
    public void Parse_OfAModel_CopiesNoWeights()
    {
        byte[] onnx = SampleFiles.OnnxModel;

        ModelProto parsed = ModelParser.Parse(onnx);

        Assert.All(parsed.Graph.Initializer.Where(tensor => tensor.RawData.Length > 0),
            tensor => Assert.True(onnx.AsSpan().Overlaps(tensor.RawData.Span), tensor.Name));
    }

    [Fact]
    public void Parse_OfFieldsInAnUnusualOrder_GivesTheSameAsProtobuf()
    {
        ByteString four = ByteString.CopyFrom(1, 2, 3, 4), eight = ByteString.CopyFrom(1, 2, 3, 4, 5, 6, 7, 8);
        byte[] tensor = [.. new TensorProto { RawData = eight }.ToByteArray(), .. new TensorProto { Name = "twice", RawData = four }.ToByteArray()];
        byte[] initializer = [(GraphProto.InitializerFieldNumber << 3) | 2, (byte)tensor.Length, .. tensor];
        byte[] graph = [(ModelProto.GraphFieldNumber << 3) | 2, (byte)initializer.Length, .. initializer];

        // As written by PooledFeatures, the graph of one model comes in two parts.
        AssertSame(PooledFeatures.AddOutput(SampleFiles.OnnxModel, "features"));
        AssertSame([.. graph, .. new ModelProto { ProducerName = "other", Graph = new GraphProto { Name = "rest" } }.ToByteArray(), .. graph]);
        AssertSame(new ModelProto { Graph = new GraphProto { Initializer = { new TensorProto(), new TensorProto { RawData = ByteString.Empty } } } }.ToByteArray());
        AssertSame(new ModelProto { Graph = new GraphProto() }.ToByteArray());
        AssertSame([]);
        // Unknown fields, one of them a group.
        AssertSame([0xF8, 0x07, 5, .. graph, 0xF8, 0x07, 6]);
        AssertSame([.. graph, 0xFB, 0x07, 0x38, 1, 0xFC, 0x07, .. graph]);
    }

    [Theory]
    [InlineData("00")]
    [InlineData("3A")]
    [InlineData("3A05")]
    [InlineData("3AFFFFFFFFFF")]
    [InlineData("3A032A05")]
    [InlineData("3A042A024A05")]
    [InlineData("3A042A024A")]
    [InlineData("3A022A003F")]
    [InlineData("3C")]
    public void Parse_OfMalformedBytes_ThrowsWhatProtobufThrows(string bytes) => AssertSame(Convert.FromHexString(bytes));

    [Fact]
    public void Parse_OfDamagedModels_GivesOrThrowsTheSameAsProtobuf()
    {
        byte[] onnx = SampleFiles.WithoutSeal(SampleFiles.OnnxModel);
        for (int seed = 1; seed <= 300; seed++)
            AssertSame(new Mutator(seed).Mutate(onnx));
    }

    private static void AssertSame(byte[] onnx)
    {
        (ModelProto? expected, string? error) = Result(() => ModelProto.Parser.ParseFrom(onnx));
        (ModelProto? parsed, string? ourError) = Result(() => ModelParser.Parse(onnx));

        Assert.Equal(error, ourError);
        Assert.Equal(expected?.ToByteString(), parsed?.ToByteString());
    }

    private static (ModelProto? Model, string? Error) Result(Func<ModelProto> parse)
    {
        try
        {
            return (parse(), null);
        }
        catch (InvalidProtocolBufferException exception)
        {
            return (null, exception.Message);
        }
    }
}
