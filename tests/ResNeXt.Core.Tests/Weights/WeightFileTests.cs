using System.Text;
using ResNeXt.Core.Tests.Weights.Making;
using ResNeXt.Core.Weights;

namespace ResNeXt.Core.Tests.Weights;

public sealed class WeightFileTests
{
    public static TheoryData<string, byte[]> SmallFiles => new()
    {
        { "zip", Checkpoint().Zip() },
        { "zip64", Checkpoint().Zip(zip64: true) },
        { "legacy", Checkpoint().Legacy() },
        { "safetensors", SafetensorsBytes.Of($$"""{"__metadata__":{"a":"b"},{{SafetensorsBytes.Entry("w", "F32", "4,4", 0, 64)}}}""", new byte[64]) },
    };

    [Theory]
    [MemberData(nameof(SmallFiles))]
    public void Read_CutOffAnywhere_ThrowsInvalidData(string format, byte[] content)
    {
        Assert.NotEmpty(format);
        Assert.Single(Reading.Read(content).Tensors);
        for (int length = 0; length < content.Length; length += 97)
            Reading.Refusal(content[..length]);
        Reading.Refusal(content[..^1]);
    }

    // Not every changed byte can be noticed; but none may end in another exception.
    [Theory]
    [MemberData(nameof(SmallFiles))]
    public void Read_AnyByteChanged_ReadsOrThrowsInvalidData(string format, byte[] content)
    {
        Assert.NotEmpty(format);
        using var file = new TemporaryFile();
        int refused = 0;
        for (int i = 0; i < content.Length; i++)
        {
            byte[] changed = [.. content];
            changed[i] ^= new byte[] { 0x01, 0x80, 0xFF }[i % 3];
            File.WriteAllBytes(file.Path, changed);
            if (Record.Exception(() => WeightFile.Read(file.Path)) is { } exception)
            {
                Assert.IsType<InvalidDataException>(exception);
                refused++;
            }
        }
        Assert.True(refused > content.Length / 4);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("some words\n", "text")]
    [InlineData("<html>", "web page")]
    [InlineData("version https://git-lfs.github.com/spec/v1\n", "Git LFS")]
    [InlineData("{", "text")]
    public void Read_UnknownContent_SaysWhatItLooksLikeAndWhatIsAccepted(string content, string expected)
    {
        string message = Reading.Refusal(Encoding.UTF8.GetBytes(content));

        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains("accepted are ML.NET model zip", message, StringComparison.Ordinal);
        Assert.Contains("safetensors", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_UnknownBytes_ShowsTheFirst() =>
        Assert.Contains("beginning with 00FF00FF00FF00FF", Reading.Refusal([0, 255, 0, 255, 0, 255, 0, 255, 0, 255]), StringComparison.Ordinal);

    [Fact]
    public void Read_MissingFile_ThrowsFileNotFound()
    {
        using var file = new TemporaryFile();

        string message = Assert.Throws<FileNotFoundException>(() => WeightFile.Read(file.Path)).Message;

        Assert.Contains(file.Path, message, StringComparison.Ordinal);
        Assert.Contains("does not exist", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Folder_ThrowsFileNotFound()
    {
        using var file = new TemporaryFile();

        Assert.Contains("is a folder", Assert.Throws<FileNotFoundException>(() => WeightFile.Read(file.Folder)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    public void Read_NoPath_ThrowsArgument(string? path) => Assert.ThrowsAny<ArgumentException>(() => WeightFile.Read(path!));

    [Fact]
    public void Read_SafetensorsHeaderOfALengthThatBeginsLikeAPickle_ReadsIt()
    {
        string header = $$"""{{{SafetensorsBytes.Entry("w", "F32", "1", 0, 4)}}}""".PadRight(0x280);

        Assert.Equal([0f], Reading.Read(SafetensorsBytes.Of(header, new byte[4])).Values("w"));
    }

    private static TorchCheckpoint Checkpoint() => new TorchCheckpoint().Floats("0", new float[16]).Tensor("w", "0", 0, [4, 4], [4, 1]);
}
