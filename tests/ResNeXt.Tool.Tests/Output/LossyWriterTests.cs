using System.Text;
using ResNeXt.Tool.Output;

namespace ResNeXt.Tool.Tests.Output;

public sealed class LossyWriterTests
{
    [Fact]
    public void Write_OfEveryKind_ReachesTheTarget()
    {
        using var target = new StringWriter { NewLine = "\n" };
        using var writer = new LossyWriter(target);

        writer.Write('a');
        writer.Write("b");
        writer.Write("xcx".ToCharArray(), 1, 1);
        writer.Write("d".AsSpan());
        writer.WriteLine("e");
        writer.WriteLine();
        writer.Write("{0}", 1);
        writer.Flush();

        Assert.Equal("abcde\n\n1", target.ToString());
        Assert.Null(writer.Failure);
    }

    [Fact]
    public void Write_ToADiskThatIsFull_RemembersTheFirstFailureAndDropsTheRest()
    {
        using var target = new FullDisk();
        using var writer = new LossyWriter(target);

        writer.WriteLine("one");
        writer.Write('2');

        Assert.Equal("No space left on device", writer.Failure!.Message);
        Assert.Equal(1, target.Tries);
    }

    private sealed class FullDisk : TextWriter
    {
        public int Tries { get; private set; }

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            Tries++;
            throw new IOException("No space left on device");
        }

        public override void WriteLine(string? value) => Write('\n');
    }
}
