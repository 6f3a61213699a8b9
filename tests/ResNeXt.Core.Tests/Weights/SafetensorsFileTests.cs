using System.Buffers.Binary;
using System.Text.Json;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Weights.Making;
using ResNeXt.Core.Weights;

namespace ResNeXt.Core.Tests.Weights;

public sealed class SafetensorsFileTests
{
    [Fact]
    public void Write_ThenRead_GivesTheSameBitsNamesAndMetadata()
    {
        float[] odd = [float.NaN, BitConverter.UInt32BitsToSingle(0x7F812345), BitConverter.UInt32BitsToSingle(0xFFC00001), -0f, float.Epsilon, 1e38f];
        var weights = new StateDict(
            [new("layer1.0.conv1.weight", new WeightTensor([2, 3], odd)), new("\"ä\\", new WeightTensor([], new[] { 1f })), new("empty", new WeightTensor([0], default))],
            [new("mean", "0.485,0.456,0.406"), new("note", "\"quoted\" <é> \n")]);
        using var file = new TemporaryFile();

        SafetensorsFile.WriteAnyValues(file.Path, weights);
        StateDict read = WeightFile.ReadAnyValues(file.Path);

        Assert.Equal(weights.Tensors.Keys, read.Tensors.Keys);
        Assert.Equal(weights.Metadata, read.Metadata);
        Assert.All(weights.Tensors, tensor =>
        {
            Assert.Equal(tensor.Value.Shape, read.Tensors[tensor.Key].Shape);
            Assert.Equal(tensor.Value.Values.ToArray().Select(BitConverter.SingleToUInt32Bits), read.Values(tensor.Key).Select(BitConverter.SingleToUInt32Bits));
        });
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void Write_ValueThatIsNotFinite_IsRefusedByTheNameOfItsTensor(float value)
    {
        using var file = new TemporaryFile();
        var weights = new StateDict([new("fc.bias", new WeightTensor([2], new[] { 1, value }))]);

        Assert.Contains("in the tensor 'fc.bias'", Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(file.Path, weights)).Message);
        Assert.False(File.Exists(file.Path));
    }

    [Fact]
    public void Write_TensorOfSeveralPieces_KeepsEveryValue()
    {
        float[] values = [.. Enumerable.Range(0, 2_100_000).Select(i => (float)i)];
        using var file = new TemporaryFile();

        SafetensorsFile.Write(file.Path, new StateDict([new("w", new WeightTensor([values.Length], values))]));

        Assert.Equal(values, WeightFile.Read(file.Path).Values("w"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Write_AnyHeader_AlignsTheDataToEightBytes(int nameLength)
    {
        using var file = new TemporaryFile();

        SafetensorsFile.Write(file.Path, new StateDict([new(new string('n', nameLength), new WeightTensor([1], new[] { 1f }))]));

        byte[] content = File.ReadAllBytes(file.Path);
        int header = (int)BinaryPrimitives.ReadUInt64LittleEndian(content);
        Assert.Equal(0, header % 8);
        Assert.Equal(8 + header + 4, content.Length);
        using var json = JsonDocument.Parse(content.AsMemory(8, header));
        Assert.Equal("F32", json.RootElement.GetProperty(new string('n', nameLength)).GetProperty("dtype").GetString());
        Assert.Equal(["resnext.xxh128"], json.RootElement.GetProperty("__metadata__").EnumerateObject().Select(entry => entry.Name));
    }

    [Fact]
    public void Write_OverAnExistingFile_ReplacesItAndLeavesNothingElse()
    {
        using var file = new TemporaryFile(new byte[10_000]);

        SafetensorsFile.Write(file.Path, new StateDict([new("w", new WeightTensor([1], new[] { 3f }))]));

        Assert.Equal([3f], WeightFile.Read(file.Path).Values("w"));
        Assert.Equal([file.Path], Directory.GetFileSystemEntries(file.Folder));
    }

    public static TheoryData<string, WeightTensor, string> Wrong => new()
    {
        { "w", new WeightTensor([3], new float[2]), "has 2 values" },
        { "w", new WeightTensor([-1], new float[1]), "has 1 values" },
        { "w", new WeightTensor([1, 1, 1, 1, 1, 1, 1, 1, 1], new float[1]), "9 dimensions" },
        { "__metadata__", new WeightTensor([1], new float[1]), "rename it" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Write_WrongTensor_ThrowsAndKeepsTheOldFile(string name, WeightTensor tensor, string expected)
    {
        using var file = new TemporaryFile([1, 2, 3]);

        string message = Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(file.Path, new StateDict([new(name, tensor)]))).Message;

        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(file.Path));
        Assert.Equal([file.Path], Directory.GetFileSystemEntries(file.Folder));
    }

    [Fact]
    public void Write_FailureInTheMiddle_LeavesNoTemporaryFile()
    {
        using var file = new TemporaryFile();
        var weights = new StateDict([new("w", new WeightTensor([1], new ThrowingMemory().Memory))]);

        Assert.Throws<IOException>(() => SafetensorsFile.Write(file.Path, weights));

        Assert.Empty(Directory.GetFileSystemEntries(file.Folder));
    }

    [Fact]
    public void Write_IntoAMissingFolder_SaysSo()
    {
        using var file = new TemporaryFile();

        string message = Assert.Throws<DirectoryNotFoundException>(
            () => SafetensorsFile.Write(Path.Combine(file.Folder, "missing", "w.safetensors"), new StateDict([]))).Message;

        Assert.Contains("does not exist", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_OntoAFolder_SaysSo()
    {
        using var file = new TemporaryFile();

        Assert.Contains("is a folder", Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(file.Folder, new StateDict([]))).Message, StringComparison.Ordinal);
    }

    // Simulates a disk that fails while the file is written. The values are read once before that, for the checksum.
    private sealed class ThrowingMemory : System.Buffers.MemoryManager<float>
    {
        private int _reads;

        public override Memory<float> Memory => CreateMemory(1);

        public override Span<float> GetSpan() => _reads++ == 0 ? new float[1] : throw new IOException("The disk is full.");

        public override System.Buffers.MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin() => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
        }
    }
}
