using Google.Protobuf;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.Onnx.Schema;
using ResNeXt.Core.Tests.Onnx.Import.Making;
using static ResNeXt.Core.Onnx.Schema.TensorProto.Types;
using static ResNeXt.Core.Tests.Onnx.Import.Making.ForeignNetworks;

namespace ResNeXt.Core.Tests.Onnx.Import;

public sealed class ConstantFoldingTests
{
    private static readonly Architecture Network = Cifar with { Shortcut = ShortcutKind.ZeroPadding };

    [Fact]
    public void Read_OfComputedPadding_ReadsItAsAConstant()
    {
        ModelProto model = Model(out NodeProto pad);
        string half = Insert(model, pad, "Add", pad.Input[1], Constant(model, "zeros", new long[8]));
        pad.Input[1] = Insert(model, pad, "Neg", Insert(model, pad, "Neg", half));

        Assert.Equal(ShortcutKind.ZeroPadding, ImportOf(model).Architecture.Shortcut);
    }

    [Theory]
    [InlineData("ConstantOfShape")]
    [InlineData("Expand")]
    [InlineData("Reshape")]
    public void Read_OfConstantThatWouldTakeAllMemory_DoesNotComputeIt(string operation)
    {
        ModelProto model = Model(out NodeProto pad);
        string size = Constant(model, "size", [1L << 20, 1L << 20]);
        pad.Input[1] = operation == "ConstantOfShape" ? Insert(model, pad, operation, size) : Insert(model, pad, operation, pad.Input[1], size);

        Assert.Contains($"does not fit is {operation}", Refusal(model));
    }

    // Each would be copied. No values times any number of them are none.
    [Fact]
    public void Read_OfAConstantFromThousandsOfInputs_DoesNotComputeIt()
    {
        ModelProto model = Model(out NodeProto pad);
        string none = Constant(model, "none", []), large = Constant(model, "large", new long[1 << 14]);
        pad.Input[1] = Insert(model, pad, "Add", [none, .. Enumerable.Repeat(large, 5000)]);

        Assert.Contains("does not fit is Add", Refusal(model));
    }

    [Fact]
    public void Read_OfConstantsThatGrow_DoesNotComputeThem()
    {
        ModelProto model = Model(out NodeProto pad);
        string value = pad.Input[1];
        for (int doubling = 0; doubling < 40; doubling++)
            value = Insert(model, pad, "Concat", [OnnxGraph.Attribute("axis", 0)], value, value);
        pad.Input[1] = value;

        Assert.Contains("does not fit is Concat", Refusal(model));
    }

    [Fact]
    public void Read_OfTooManyComputations_SaysSo()
    {
        ModelProto model = Model(out NodeProto pad);
        string value = pad.Input[1];
        for (int count = 0; count < 2001; count++)
            value = Insert(model, pad, "Neg", value);
        pad.Input[1] = value;

        Assert.Contains("it follows 2000 others", Refusal(model));
    }

    // From the size of the images, so that the result is no constant.
    [Theory]
    [InlineData("ConstantOfShape")]
    [InlineData("Range")]
    public void Read_OfShapeThatWouldTakeAllMemory_DoesNotComputeIt(string operation)
    {
        ModelProto model = Write(Network, new ForeignStyle("computed") { Opset = 17, Flattening = "Reshape" });
        NodeProto reshape = model.Graph.Node.Last(node => node.OpType == "Reshape");
        string size = Insert(model, reshape, "Mul", Insert(model, reshape, "Shape", model.Graph.Input[0].Name), Constant(model, "many", [1L << 30]));
        string large = operation == "Range" ? Insert(model, reshape, operation, size, size, size) : Insert(model, reshape, operation, size);
        reshape.Input[1] = Insert(model, reshape, "Shape", large);

        Assert.Contains($"does not fit is {operation}", Refusal(model));
    }

    // ONNX Runtime would end the process.
    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    public void Read_OfDivisionWithoutResult_DoesNotComputeIt(long divisor)
    {
        ModelProto model = Model(out NodeProto pad);
        string smallest = Constant(model, "smallest", [long.MinValue]), by = Constant(model, "by", [divisor]);
        string shape = Insert(model, pad, "Shape", model.Graph.Input[0].Name);
        pad.Input[1] = Insert(model, pad, "Div", Insert(model, pad, "Concat", [OnnxGraph.Attribute("axis", 0)], shape, smallest), by);

        Assert.Contains("it divides by integers", Refusal(model));
        pad.Input[1] = Insert(model, pad, "Div", smallest, by);
        Assert.Contains("it divides by integers", Refusal(model));
    }

    [Fact]
    public void Read_OfComputationThatFails_NamesTheOperator()
    {
        ModelProto model = Model(out NodeProto pad);
        pad.Input[1] = Insert(model, pad, "Add", pad.Input[1], Constant(model, "three", [1, 2, 3]));

        Assert.Contains("it cannot be computed", Refusal(model));
    }

    private static ModelProto Model(out NodeProto pad)
    {
        ModelProto model = Write(Network, new ForeignStyle("computed") { Opset = 17 });
        pad = model.Graph.Node.First(node => node.OpType == "Pad");
        return model;
    }

    private static string Constant(ModelProto model, string name, long[] values)
    {
        model.Graph.Initializer.Add(new TensorProto { Name = name, DataType = DataType.Int64, Dims = { values.Length }, Int64Data = { values } });
        return name;
    }

    private static string Insert(ModelProto model, NodeProto before, string operation, params string[] inputs) => Insert(model, before, operation, [], inputs);

    private static string Insert(ModelProto model, NodeProto before, string operation, AttributeProto[] attributes, params string[] inputs)
    {
        string output = $"computed {model.Graph.Node.Count}";
        model.Graph.Node.Insert(model.Graph.Node.IndexOf(before), new NodeProto
        {
            OpType = operation,
            Name = output,
            Input = { inputs },
            Output = { output },
            Attribute = { attributes },
        });
        return output;
    }
}
