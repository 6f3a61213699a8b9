using Google.Protobuf;
using ResNeXt.Core.Files;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Import;
using ResNeXt.Core.Onnx.Schema;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Tests.Onnx.Import.Making;

/// <summary>Small networks with random weights, and their import.</summary>
internal static class ForeignNetworks
{
    public const int Classes = 5;

    public static Architecture Basic { get; } = new() { Name = "basic", Block = BlockKind.Basic, Depths = [2, 1, 1], StemWidth = 8 };

    public static Architecture Bottleneck { get; } = new() { Name = "bottleneck", Block = BlockKind.Bottleneck, Depths = [1, 2], StemWidth = 8 };

    public static Architecture Grouped { get; } = Bottleneck with { Name = "grouped", Cardinality = 4, BaseWidth = 32 };

    public static Architecture StrideFirst { get; } = Bottleneck with { Name = "v1", StridePlacement = StridePlacement.First1x1 };

    public static Architecture Cifar { get; } = Basic with { Name = "cifar", Stem = StemKind.Cifar };

    public static StateDict RandomWeights(Architecture architecture)
    {
        var random = new Random(5);
        return new(architecture.Tensors(Classes).Select(spec => KeyValuePair.Create(spec.Name, new WeightTensor(spec.Shape, Values(spec, random)))));
    }

    public static ModelProto Write(Architecture architecture, ForeignStyle style, int size = 64) =>
        ForeignModelWriter.Write(architecture, RandomWeights(architecture), style, size);

    public static ImportedNetwork ImportOf(ModelProto model)
    {
        using var source = WeightSource.Of(model.ToByteArray(), "model.onnx", "weights file");
        Assert.True(OnnxImport.Recognizes(source));
        return OnnxImport.Read(source);
    }

    public static string Refusal(ModelProto model) => Assert.Throws<InvalidDataException>(() => { ImportOf(model); }).Message;

    private static float[] Values(TensorSpec spec, Random random)
    {
        double scale = spec.Shape.Count > 1 ? Math.Sqrt(6.0 / spec.Shape.Skip(1).Aggregate(1, (a, b) => a * b)) : 0.3;
        double center = spec.Name.EndsWith("running_var", StringComparison.Ordinal) || (spec.Shape.Count == 1 && spec.Name.EndsWith("weight", StringComparison.Ordinal)) ? 1 : 0;
        return [.. Enumerable.Range(0, (int)spec.Length).Select(_ => (float)(center + scale * (random.NextDouble() * 2 - 1)))];
    }
}
