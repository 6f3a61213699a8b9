using System.IO.Hashing;
using System.Text.Json;
using Google.Protobuf;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Onnx.Schema;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Weights.Making;
using ResNeXt.Core.Weights;

namespace ResNeXt.Core.Tests.Robustness;

/// <summary>Weights that are well formed and wrong all the same.</summary>
public sealed class DamagedWeightsTests
{
    [Fact]
    public void Read_SafetensorsWithOneFlippedBitAnywhereInItsValues_IsRefused()
    {
        byte[] file = SampleFiles.Safetensors;
        int start = 8 + (int)BitConverter.ToInt64(file);
        for (int at = start; at < file.Length; at += file.Length / 200)
        {
            byte[] changed = [.. file];
            changed[at] ^= (byte)(1 << (at % 8));
            Assert.Contains("checksum", Reading.Refusal(changed), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Read_OnnxWithOneFlippedBitAnywhere_IsRefused()
    {
        byte[] file = SampleFiles.OnnxModel;
        // From the end of what the format is recognized by.
        for (int at = 17; at < file.Length - 52; at += file.Length / 200)
        {
            byte[] changed = [.. file];
            changed[at] ^= (byte)(1 << (at % 8));
            Reading.Refusal(changed);
        }
        byte[] otherWeight = [.. file];
        otherWeight[file.Length / 2] ^= 1;
        Assert.Contains("checksum", Reading.Refusal(otherWeight), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OnnxOfAnEarlierVersion_LoadsWithoutChecksum() =>
        Assert.Equal(SampleFiles.Weights.Tensors.Keys, Reading.Read(SampleFiles.WithoutSeal(SampleFiles.OnnxModel)).Tensors.Keys);

    [Fact]
    public void Read_OnnxThatAnotherProgramRewrote_Loads()
    {
        byte[] file = SampleFiles.OnnxModel;
        Assert.Equal(file, ModelProto.Parser.ParseFrom(file).ToByteArray());
    }

    [Fact]
    public void Read_LaterFormatVersion_IsRefusedWithASentence()
    {
        byte[] safetensors = SampleFiles.Exchange(SampleFiles.WithoutDigest(SampleFiles.Safetensors), "\"resnext.format\":\"1\"", "\"resnext.format\":\"2\"");
        byte[] onnx = SampleFiles.Exchange(SampleFiles.WithoutSeal(SampleFiles.OnnxModel), "resnext.format\u0012\u00011", "resnext.format\u0012\u00012");

        foreach (byte[] file in new[] { safetensors, onnx, SampleFiles.Zip(onnx) })
            Assert.Contains("has the format version 2; this version of ResNeXt.MLNet reads versions up to 1", Reading.Refusal(file), StringComparison.Ordinal);
        using var zip = new TemporaryFile(SampleFiles.Zip(onnx));
        Assert.Contains("format version 2", Assert.Throws<InvalidDataException>(() => ModelZip.Verify(zip.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_OnnxOfAWeightThatIsNotFinite_IsRefusedByTheNameOfItsTensor()
    {
        ClassifierModel model = OnnxReader.Read(SampleFiles.OnnxModel);
        var weights = new StateDict(model.Weights.Tensors.Select(item => item.Key != "fc.bias" ? item
            : new(item.Key, new WeightTensor(item.Value.Shape, Enumerable.Repeat(float.NaN, item.Value.Values.Length).ToArray()))));

        string message = Assert.Throws<ArgumentException>(() => OnnxExporter.Write(model with { Weights = weights })).Message;

        Assert.Contains("in the tensor 'fc.bias'", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"class 1\"", "\"class_1\"")]
    [InlineData("bn1.weight", "bn1.weighs")]
    [InlineData("resnext.pixel_mean", "resnext.pixel_meam")]
    public void Read_SafetensorsWithAnotherText_IsRefused(string from, string to)
    {
        byte[] file = SampleFiles.Safetensors;
        from = from.Replace("\"", "\\\"", StringComparison.Ordinal);
        to = to.Replace("\"", "\\\"", StringComparison.Ordinal);

        Assert.Contains("'resnext.xxh128'", Reading.Refusal(SampleFiles.Exchange(file, from, to)), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SafetensorsOfAnEarlierVersion_LoadsWithoutChecksum() =>
        Assert.Equal(SampleFiles.Weights.Tensors.Keys, Reading.Read(SampleFiles.WithoutDigest(SampleFiles.Safetensors)).Tensors.Keys);

    [Fact]
    public void Read_SafetensorsThatAnotherProgramReordered_Loads()
    {
        byte[] file = SampleFiles.Safetensors;
        int length = (int)BitConverter.ToInt64(file);
        using var header = JsonDocument.Parse(file.AsMemory(8, length));
        // The properties in the opposite order; the values stay where they are.
        string reordered = $"{{{string.Join(",", header.RootElement.EnumerateObject().Reverse().Select(property => $"{JsonSerializer.Serialize(property.Name)}:{property.Value.GetRawText()}"))}}}";

        Assert.Equal(SampleFiles.Weights.Tensors.Count, Reading.Read(SafetensorsBytes.Of(reordered, file[(8 + length)..])).Tensors.Count);
    }

    [Fact]
    public void Write_OfWhatWasRead_GivesTheSameFile()
    {
        byte[] file = SampleFiles.Safetensors;
        using var again = new TemporaryFile();

        SafetensorsFile.Write(again.Path, Reading.Read(file));

        Assert.Equal(file, File.ReadAllBytes(again.Path));
    }

    [Theory]
    [InlineData(float.NaN, true)]
    [InlineData(float.PositiveInfinity, false)]
    [InlineData(float.NegativeInfinity, true)]
    public void Read_WeightThatIsNotFinite_IsRefusedByTheNameOfItsTensor(float value, bool isZip)
    {
        TorchCheckpoint checkpoint = new TorchCheckpoint().Floats("0", 1, 2).Floats("1", 3, value, 4).Tensor("conv1.weight", "0", 0, [2], [1]).Tensor("fc.bias", "1", 0, [3], [1]);
        using var file = new TemporaryFile();
        SafetensorsFile.WriteAnyValues(file.Path, new StateDict([new("fc.bias", new WeightTensor([3], new[] { 1, value, 2 }))]));

        foreach (byte[] content in new[] { checkpoint.Write(isZip), File.ReadAllBytes(file.Path) })
            Assert.Contains("NaN or infinite values in the tensor 'fc.bias'", Reading.Refusal(content), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NegativeVariance_IsRefusedByTheNameOfItsTensor() => Assert.Contains("variance below 0 in the tensor 'bn1.running_var'",
        Reading.Refusal(new TorchCheckpoint().Floats("0", 1, -2).Tensor("bn1.running_var", "0", 0, [2], [1]).Zip()), StringComparison.Ordinal);

    [Fact]
    public void Read_PyTorchZipWithAWrongChecksum_IsRefusedByEntry()
    {
        static byte[] Zip(Func<byte[], uint> checksum) => ZipWriter.Write(
        [
            ("archive/data.pkl", new PickleWriter().Raw("}").Text("w").Global("torch._utils", "_rebuild_tensor").Raw("((").Text("storage")
                .Global("torch", "FloatStorage").Text("0").Text("cpu").Number(1).Raw("tQ").Number(0).Numbers([1]).Numbers([1]).Raw("tRs").Stop()),
            ("archive/data/0", BitConverter.GetBytes(1.5f)),
        ], checksum: checksum);

        Assert.Equal([1.5f], Reading.Read(Zip(content => Crc32.HashToUInt32(content))).Values("w"));
        Assert.Equal([1.5f], Reading.Read(Zip(_ => 0)).Values("w"));
        Assert.Contains("'archive/data/0' does not have the checksum",
            Reading.Refusal(Zip(content => Crc32.HashToUInt32(content) + (content.Length == 4 ? 1u : 0))), StringComparison.Ordinal);
    }
}
