using ResNeXt.Core.Imaging;
using ResNeXt.Core.Onnx;
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
    public void WeightFile_OfOurOnnx_IsRecognisedByItsContent()
    {
        using var file = new TemporaryFile(Written(), "weights.pth");

        WeightSet weights = WeightFile.Read(file.Path);

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

    private static byte[] Written()
    {
        using var network = new ResidualNetwork(Architectures.Get("resnet20_cifar"), 2);
        return OnnxWriter.Write(new ClassifierModel
        {
            Architecture = network.Architecture,
            Weights = network.GetWeights(),
            ClassNames = ["no", "yes"],
            Shape = new ImageShape(3, 32, 32),
            Normalization = PixelNormalization.ImageNet,
        });
    }
}
