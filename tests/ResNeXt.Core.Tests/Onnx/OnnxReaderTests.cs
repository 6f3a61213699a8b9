using System.Text.Json;
using Google.Protobuf;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx.Schema;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Quantization;
using ResNeXt.Core.Weights;

namespace ResNeXt.Core.Tests.Onnx;

public sealed class OnnxReaderTests
{
    [Fact]
    public void Read_CutOffAnywhere_SaysThatItIsDamaged()
    {
        byte[] onnx = Written();
        for (int length = 0; length < onnx.Length; length += onnx.Length / 60)
            Assert.Throws<InvalidDataException>(() => OnnxReader.Read(onnx[..length]));
    }

    [Fact]
    public void Read_WithAnyByteChanged_NeverThrowsAnythingElse()
    {
        byte[] onnx = Written();
        for (int at = 0; at < onnx.Length; at += 997)
        {
            byte[] changed = [.. onnx];
            changed[at] ^= 0xFF;
            Exception? exception = Record.Exception(() => { OnnxReader.Read(changed); });
            Assert.True(exception is null or InvalidDataException, $"byte {at}: {exception}");
        }
    }

    [Fact]
    public void Read_OfAnotherProducersModel_NamesIt()
    {
        byte[] onnx = [0x08, 8, 0x12, 7, .. "pytorch"u8];

        Assert.Contains("pytorch", Assert.Throws<InvalidDataException>(() => OnnxReader.Read(onnx)).Message);
    }

    [Fact]
    public void WeightFile_OfOurOnnx_IsRecognizedByItsContent()
    {
        using var file = new TemporaryFile(Written(), "weights.pth");

        StateDict weights = WeightFile.Read(file.Path);

        Assert.Equal(Architectures.Get("resnet20_cifar").Tensors(2).Select(spec => spec.Name), weights.Tensors.Keys);
        Assert.NotNull(ModelMetadata.Normalization(weights.Metadata));
        Assert.Equal(["no", "yes"], ModelMetadata.ClassNames(weights.Metadata));
    }

    [Fact]
    public void Architecture_OfMetadata_IsTheOneDescribedOrRefused()
    {
        static Dictionary<string, string> Described(int depth) => new()
        {
            ["resnext.architecture"] = $$"""{"Name":"mine","Block":"Basic","Depths":[1,{{depth}}],"Stem":"Cifar"}""",
        };

        Assert.Equal([1, 2], ModelMetadata.Architecture(Described(2))!.Depths.AsEnumerable());
        Assert.Null(ModelMetadata.Architecture(new Dictionary<string, string>()));
        Assert.Contains("at most 100000", Assert.Throws<InvalidDataException>(() => ModelMetadata.Architecture(Described(int.MaxValue))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadAny_OfWhatIsWrittenToday_HasNoOtherGraph()
    {
        foreach (Architecture architecture in SmallClassifiers.Architectures)
        {
            ClassifierModel model = SmallClassifiers.Create(architecture);
            foreach (PixelLayout layout in Enum.GetValues<PixelLayout>())
                Assert.False(OnnxReader.ReadAny(OnnxExporter.Write(model, new() { Input = "in", Layout = layout })).HasOtherGraph, architecture.Name);
        }
    }

    [Theory]
    [InlineData("[\"no\",null]", "each must have a name")]
    [InlineData("[]", "of 0 classes")]
    [InlineData("[\"no\",\"no\"]", "twice")]
    [InlineData("{}", "cannot be read")]
    public void Read_ClassNamesThatCannotBe_AreRefused(string names, string reason) => AssertRefused(model => Metadata(model, "resnext.class_names", names), reason);

    [Theory]
    [InlineData("{\"Channels\":3,\"Height\":32}", "3 x 32 x 0 cannot be")]
    [InlineData("{\"Channels\":3,\"Height\":26000,\"Width\":26000}", "3 x 26000 x 26000 cannot be")]
    [InlineData("{\"Channels\":3,\"Height\":8,\"Width\":4}", "at least 8")]
    [InlineData("{\"Channels\":3,\"Height\":32,\"Width\":64}", "takes images of [3, 32, 32]")]
    [InlineData("{\"Channels\":9,\"Height\":32,\"Width\":32}", "9 channels")]
    public void Read_ImageShapeThatCannotBe_IsRefused(string shape, string reason) => AssertRefused(model => Metadata(model, "resnext.image_shape", shape), reason);

    [Theory]
    [InlineData("[1,2]", "The mean has 2 values")]
    [InlineData("[1,2,1e99]", "finite")]
    [InlineData("[1,2,null]", "cannot be read")]
    public void Read_MeansThatCannotBe_AreRefused(string mean, string reason) => AssertRefused(model => Metadata(model, "resnext.pixel_mean", mean), reason);

    [Theory]
    [InlineData("\"StemWidth\":16", "\"StemWidth\":2000000000", "at most 1048576")]
    [InlineData("\"StemWidth\":16", "\"StemWidth\":-16", "at least 1")]
    [InlineData("\"Name\":\"resnet20_cifar\"", "\"Name\":null", "no name")]
    [InlineData("[3,3,3]", "null", "Depths")]
    [InlineData("\"Basic\"", "77", "Block is 77")]
    public void Read_ArchitectureThatCannotBe_IsRefused(string from, string to, string reason) => AssertRefused(model =>
    {
        StringStringEntryProto entry = model.MetadataProps.Single(entry => entry.Key == "resnext.architecture");
        Assert.Contains(from, entry.Value);
        entry.Value = entry.Value.Replace(from, to, StringComparison.Ordinal);
    }, reason);

    [Fact]
    public void Read_GraphThatThisProjectDoesNotWrite_IsRefused()
    {
        AssertRefused(model => model.Graph.Node[0].OpType = "Loop", "operator 'Loop'");
        AssertRefused(model => model.Graph.Node[0].Domain = "com.example", "which this project does not write");
        AssertRefused(model => model.Graph.Node[0].Attribute.Add(new AttributeProto { Name = "body", G = ByteString.CopyFrom(1) }), "inside the operator");
        AssertRefused(model => model.Graph.Node[0].Attribute.Add(new AttributeProto { Name = "keys_tensor", T = new TensorProto { Dims = { 1L << 33 } } }),
            "inside the operator");
        AssertRefused(model => model.Functions.Add(ByteString.CopyFrom(1)), "functions");
        AssertRefused(model => model.Graph.SparseInitializer.Add(ByteString.CopyFrom(1)), "sparse");
        AssertRefused(model => model.Graph.Initializer[0].DataLocation = 1, "in another file");
        AssertRefused(model => model.Graph.Initializer[0].ExternalData.Add(ByteString.CopyFrom(1)), "in another file");
        AssertRefused(model => model.Graph.Node[3].Input[0] = "nowhere", "'nowhere', which nothing computes");
        AssertRefused(model => model.Graph.Input.Clear(), "one input");
        AssertRefused(model => model.Graph.Input[0].Type = null, "one input");
        AssertRefused(model => model.Graph.Output.RemoveAt(0), "3 outputs");
        AssertRefused(model => model.Graph.Initializer[0].Name = model.Graph.Initializer[1].Name, "twice");
    }

    [Theory]
    [InlineData("kernel_shape", "[35, 3]")]
    [InlineData("kernel_shape", "[0, 3]")]
    [InlineData("kernel_shape", "[3]")]
    [InlineData("strides", "[0, 1]")]
    [InlineData("pads", "[1, 1, 1, 0]")]
    [InlineData("pads", "[-1, 1, 3, 1]")]
    [InlineData("pads", "[9223372036854775807, 1, 9223372036854775807, 1]")]
    [InlineData("dilations", "[2, 2]")]
    public void Read_WindowThatThisProjectDoesNotWrite_IsRefused(string attribute, string values) => AssertRefused(model =>
    {
        NodeProto convolution = model.Graph.Node.First(node => node.OpType == "Conv");
        if (convolution.Attribute.FirstOrDefault(item => item.Name == attribute) is { } written)
            convolution.Attribute.Remove(written);
        convolution.Attribute.Add(new AttributeProto { Name = attribute, Type = AttributeProto.Types.AttributeType.Ints, Ints = { JsonSerializer.Deserialize<long[]>(values) } });
    }, "has the operator 'Conv' with a window of");

    [Theory]
    [InlineData("conv1.weight", float.NaN, "NaN or infinite values in the tensor 'conv1.weight'")]
    [InlineData("bn1.running_var", -1f, "variance below 0 in the tensor 'bn1.running_var'")]
    public void Read_WeightThatCannotBeComputedWith_IsRefusedByName(string name, float value, string reason) => AssertRefused(model =>
    {
        TensorProto tensor = model.Graph.Initializer.Single(tensor => tensor.Name == name);
        byte[] data = tensor.RawData.ToByteArray();
        BitConverter.GetBytes(value).CopyTo(data, 4);
        tensor.RawData = ByteString.CopyFrom(data);
    }, reason);

    [Fact]
    public void Read_MillionsOfEmptyNodes_AreRefusedBeforeTheyTakeMemory()
    {
        // Two bytes each, inside the graph.
        byte[] nodes = [.. Enumerable.Repeat<byte[]>([0x0A, 0x00], 2_000_000).SelectMany(node => node)];
        byte[] onnx = [.. Written(), 0x3A, .. Varint(nodes.Length), .. nodes];
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains("parts", Assert.Throws<InvalidDataException>(() => OnnxReader.ReadAny(onnx)).Message);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    private static byte[] Varint(int value)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
            output.WriteLength(value);
        return stream.ToArray();
    }

    [Fact]
    public void ReadAny_OfAnOperatorWithoutInputs_RefusesIt()
    {
        byte[] onnx = Changed(model => model.Graph.Node.First(node => node.OpType == "Relu").Input.Clear());

        Assert.Contains("'Relu' without inputs", Assert.Throws<InvalidDataException>(() => OnnxReader.ReadAny(onnx)).Message);
    }

    [Fact]
    public void CheckRuns_OfAGraphThatCannotBeRun_SaysSoInASentence()
    {
        byte[] onnx = Changed(model => model.Graph.Node.First(node => node.Name == "layer1.0.conv2.output").Attribute.Single(attribute => attribute.Name == "group").I = 0);
        ClassifierModel model = OnnxReader.ReadAny(onnx);
        Assert.True(model.HasOtherGraph);

        string message = Assert.Throws<InvalidDataException>(() => OnnxVerification.CheckRuns(onnx, model)).Message;

        Assert.Contains("cannot be run", message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void ReadForScoring_OfAModel_HasWhatReadingAllOfItHas()
    {
        byte[] onnx = Written();
        ClassifierModel all = OnnxReader.ReadAny(onnx);

        ScoringModel read = OnnxReader.ReadForScoring(onnx);

        Assert.Equal(all.ClassNames, read.ClassNames);
        Assert.Equal(all.Shape, read.Shape);
        Assert.Equal(all.Notes, read.Notes);
        Assert.False(read.IsQuantized);
    }

    [Fact]
    public void ReadForScoring_OfADamagedModel_RefusesIt()
    {
        byte[] onnx = Written(), changed = [.. onnx];
        changed[onnx.Length / 2] ^= 1;
        byte[] withLoop = Changed(model => model.Graph.Node[0].OpType = "Loop");
        // It has no checksum, so it is run.
        byte[] unrunnable = Changed(
            model => model.Graph.Node.First(node => node.Name == "layer1.0.conv2.output").Attribute.Single(attribute => attribute.Name == "group").I = 0);

        Assert.Contains("checksum", Assert.Throws<InvalidDataException>(() => OnnxReader.ReadForScoring(changed)).Message);
        Assert.Contains("'Loop'", Assert.Throws<InvalidDataException>(() => OnnxReader.ReadForScoring(withLoop)).Message);
        Assert.Contains("cannot be run", Assert.Throws<InvalidDataException>(() => OnnxReader.ReadForScoring(unrunnable)).Message);
    }

    private static void AssertRefused(Action<ModelProto> change, string reason)
    {
        string message = Assert.Throws<InvalidDataException>(() => OnnxReader.ReadAny(Changed(change))).Message;
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    private static byte[] Changed(Action<ModelProto> change)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(Written());
        ModelDigest.Remove(model);
        change(model);
        return model.ToByteArray();
    }

    private static void Metadata(ModelProto model, string key, string value) => model.MetadataProps.Single(entry => entry.Key == key).Value = value;

    private static byte[] Written()
    {
        using var network = new ResidualNetwork(Architectures.Get("resnet20_cifar"), 2);
        return OnnxExporter.Write(new ClassifierModel
        {
            Architecture = network.Architecture,
            Weights = network.GetWeights(),
            ClassNames = ["no", "yes"],
            Shape = new ImageShape(3, 32, 32),
            Normalization = PixelNormalization.ImageNet,
        });
    }
}
