using System.Runtime.InteropServices;
using Google.Protobuf;
using ResNeXt.Core.Files;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.Onnx.Import;
using ResNeXt.Core.Onnx.Schema;
using ResNeXt.Core.Tests.Onnx.Import.Making;
using ResNeXt.Core.Weights;
using static ResNeXt.Core.Tests.Onnx.Import.Making.ForeignNetworks;

namespace ResNeXt.Core.Tests.Onnx.Import;

public sealed class OnnxImportRefusalTests
{
    private static readonly ForeignStyle Style = new("PyTorch");

    [Fact]
    public void Read_OfPreActivation_NamesTheNormalizationBeforeTheConvolution()
    {
        ModelProto model = Write(Basic, Style);
        NodeProto pool = Find(model, "/maxpool/MaxPool"), copied = Find(model, "/bn1/BatchNormalization");
        var normalization = new NodeProto(copied) { Name = "/layer1/0/bn1/first", Input = { [0] = pool.Output[0] }, Output = { [0] = "first" } };
        Insert(model, pool, normalization);
        Find(model, "/layer1/0/conv1/Conv").Input[0] = "first";

        Assert.Contains("first operator that does not fit is BatchNormalization '/layer1/0/bn1/first'", Refusal(model));
    }

    [Fact]
    public void Read_OfSqueezeAndExcitation_NamesThePooling()
    {
        ModelProto model = Write(Bottleneck, Style);
        NodeProto last = Find(model, "/layer1/0/bn3/BatchNormalization");
        string value = last.Output[0];
        Insert(model, last, new NodeProto { OpType = "Mul", Name = "/layer1/0/se/Mul", Input = { value, "gate" }, Output = { "gated" } });
        Insert(model, last, new NodeProto { OpType = "Sigmoid", Name = "/layer1/0/se/Sigmoid", Input = { "pooled" }, Output = { "gate" } });
        Insert(model, last, new NodeProto { OpType = "GlobalAveragePool", Name = "/layer1/0/se/Pool", Input = { value }, Output = { "pooled" } });
        Find(model, "/layer1/0/add/Add").Input[0] = "gated";

        Assert.Contains("GlobalAveragePool '/layer1/0/se/Pool'", Refusal(model));
    }

    [Fact]
    public void Read_OfAnOutputThatIsNotTheLastLayers_NamesTheNodeThatNothingFollows()
    {
        ModelProto model = Write(Basic, Style);
        NodeProto pool = Find(model, "/avgpool/GlobalAveragePool");
        Insert(model, pool, new NodeProto { OpType = "Shape", Name = "/Shape", Input = { pool.Output[0] }, Output = { "shape" } });
        foreach (NodeProto after in model.Graph.Node.SkipWhile(node => node.Name != "/Shape").Skip(1).ToArray())
            model.Graph.Node.Remove(after);
        model.Graph.Output[0].Name = "shape";

        Assert.Contains("GlobalAveragePool '/avgpool/GlobalAveragePool'", Refusal(model));
    }

    [Theory]
    [InlineData("/relu/Relu", "LeakyRelu")]
    [InlineData("/layer1/0/relu1/Relu", "Sigmoid")]
    [InlineData("/layer2/0/add/Add", "Mul")]
    [InlineData("/layer3/0/relu/Relu", "If")]
    [InlineData("/avgpool/GlobalAveragePool", "GlobalMaxPool")]
    [InlineData("/fc/Gemm/Gemm", "Einsum")]
    public void Read_OfAnotherOperator_NamesIt(string node, string operation)
    {
        ModelProto model = Write(Basic, Style);
        Find(model, node).OpType = operation;

        Assert.Contains($"{operation} '{node}'", Refusal(model));
    }

    [Theory]
    [InlineData("/conv1/Conv", "pads", new long[] { 2, 2, 3, 3 }, "padding")]
    [InlineData("/conv1/Conv", "strides", new long[] { 4, 4 }, "stride 4")]
    [InlineData("/maxpool/MaxPool", "kernel_shape", new long[] { 2, 2 }, "padding")]
    [InlineData("/layer1/0/conv1/Conv", "dilations", new long[] { 2, 2 }, "dilated")]
    [InlineData("/layer2/0/conv1/Conv", "strides", new long[] { 2, 1 }, "stride")]
    public void Read_OfAnotherWindow_SaysWhatDiffers(string node, string attribute, long[] values, string word)
    {
        ModelProto model = Write(Basic, Style);
        AttributeProto found = Find(model, node).Attribute.Single(item => item.Name == attribute);
        found.Ints.Clear();
        found.Ints.AddRange(values);

        string message = Refusal(model);

        Assert.Contains(node, message);
        Assert.Contains(word, message);
    }

    [Fact]
    public void Read_OfPaddingLikeTensorFlow_SaysWhatDiffers()
    {
        ModelProto model = Write(Basic, Style);
        NodeProto node = Find(model, "/conv1/Conv");
        node.Attribute.Remove(node.Attribute.Single(item => item.Name == "pads"));
        node.Attribute.Add(new AttributeProto { Name = "auto_pad", S = ByteString.CopyFromUtf8("SAME_UPPER") });

        Assert.Contains("SAME_UPPER", Refusal(model));
    }

    [Fact]
    public void Read_OfDataInAnotherFile_SaysSo()
    {
        ModelProto model = Write(Basic, Style);
        model.Graph.Initializer[0].ExternalData.Add(ByteString.CopyFromUtf8("weights.bin"));

        Assert.Contains("in another file (external data)", Refusal(model));
    }

    [Fact]
    public void Read_OfCycle_IsRefused()
    {
        ModelProto model = Write(Basic, Style);
        Find(model, "/layer1/0/conv1/Conv").Input[0] = Find(model, "/layer1/1/relu/Relu").Output[0];

        Assert.Contains("is not computed before it", Refusal(model));
    }

    [Fact]
    public void Read_OfShapesThatGrow_IsRefusedBeforeTheyAreComputed()
    {
        ModelProto model = Write(Basic, Style with { Flattening = "Shape" });
        string value = Find(model, "/Concat_1/Concat").Output[0];
        NodeProto reshape = Find(model, "/Reshape/Reshape");
        for (int index = 0; index < 40; index++)
        {
            model.Graph.Node.Insert(model.Graph.Node.IndexOf(reshape), new NodeProto
            {
                OpType = "Concat", Name = $"bomb{index}", Input = { value, value }, Output = { $"twice{index}" }, Attribute = { OnnxGraph.Attribute("axis", 0) },
            });
            value = $"twice{index}";
        }
        reshape.Input[1] = value;

        Assert.Contains("more values than a shape", Refusal(model));
    }

    [Fact]
    public void Read_OfGraphThatOnlyLooksTheSame_IsRefusedByItsResults()
    {
        ModelProto model = Write(Basic, Style with { Pooling = "AveragePool", Head = "None", Flattening = "None" });
        Find(model, "/avgpool/AveragePool").Attribute.Add(OnnxGraph.Attribute("pads", [1, 1, 1, 1]));

        Assert.Contains("computes something else", Refusal(model));
    }

    [Fact]
    public void Read_OfOldOperatorSetFunctionsOrSeveralInputs_SaysSo()
    {
        ModelProto old = Write(Basic, Style), functions = Write(Basic, Style), inputs = Write(Basic, Style), large = Write(Basic, Style);
        old.OpsetImport[0].Version = 6;
        functions.Functions.Add(ByteString.CopyFromUtf8("f"));
        inputs.Graph.Input.Add(new ValueInfoProto { Name = "mask" });
        large.Graph.Input[0].Type.TensorType.Shape.Dim[2].DimValue = 1 << 20;

        Assert.Contains("operator set 6", Refusal(old));
        Assert.Contains("functions", Refusal(functions));
        Assert.Contains("2 inputs", Refusal(inputs));
        Assert.Contains("more than is read", Refusal(large));
    }

    [Theory]
    [InlineData(1, float.NaN, "has NaN or infinite values in the tensor 'bn1.weight'")]
    [InlineData(4, -1, "has a variance below 0 in the tensor 'bn1.running_var'")]
    public void WeightFile_WithValuesThatCannotBeUsed_NamesFileAndTensor(int input, float value, string mention)
    {
        ModelProto model = Write(Basic, Style);
        TensorProto tensor = model.Graph.Initializer.Single(tensor => tensor.Name == Find(model, "/bn1/BatchNormalization").Input[input]);
        float[] values = [.. Enumerable.Repeat(value, (int)tensor.Dims[0])];
        tensor.FloatData.Clear();
        tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values));
        using var file = new TemporaryFile(model.ToByteArray(), "diverged.onnx");

        string message = Assert.Throws<InvalidDataException>(() => WeightFile.Read(file.Path)).Message;

        Assert.Contains(mention, message);
        Assert.Contains(file.Path, message);
    }

    [Fact]
    public void Read_OfDamagedFile_NeverThrowsAnythingElse()
    {
        byte[] onnx = Write(Basic with { Depths = [1], StemWidth = 2 }, Style, size: 32).ToByteArray();
        for (int at = 0; at < onnx.Length; at += 37)
        {
            byte[] changed = [.. onnx], cut = onnx[..at];
            changed[at] ^= 0x55;
            Assert.All([changed, cut], bytes =>
            {
                using var source = WeightSource.Of(bytes, "damaged.onnx", "weights file");
                Exception? exception = Record.Exception(() => { OnnxImport.Read(source); });
                Assert.True(exception is null or InvalidDataException, $"byte {at}: {exception}");
            });
        }
    }

    [Fact]
    public void WeightFile_OfAnotherNetwork_NamesTheFileAndTheOperator()
    {
        ModelProto model = Write(Basic, Style);
        Find(model, "/relu/Relu").OpType = "HardSwish";
        using var file = new TemporaryFile(model.ToByteArray(), "mobile.onnx");

        string message = Assert.Throws<InvalidDataException>(() => WeightFile.Read(file.Path)).Message;

        Assert.StartsWith($"The weights file '{file.Path}' is an ONNX model of another network", message);
        Assert.Contains("HardSwish '/relu/Relu'", message);
    }

    private static NodeProto Find(ModelProto model, string name) => model.Graph.Node.Single(node => node.Name == name);

    private static void Insert(ModelProto model, NodeProto after, NodeProto node) => model.Graph.Node.Insert(model.Graph.Node.IndexOf(after) + 1, node);
}
