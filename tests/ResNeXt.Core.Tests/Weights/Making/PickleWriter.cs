using System.Buffers.Binary;
using System.Text;

namespace ResNeXt.Core.Tests.Weights.Making;

/// <summary>Writes pickles of protocol 2, operation by operation, well formed or not.</summary>
internal sealed class PickleWriter
{
    private readonly MemoryStream _bytes = new();

    public PickleWriter() => Raw(0x80, 2);

    public PickleWriter Raw(params byte[] bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    public PickleWriter Raw(string ascii) => Raw(Encoding.ASCII.GetBytes(ascii));

    public PickleWriter Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        return Raw("X").Raw(length).Raw(utf8);
    }

    // LONG1 with eight bytes, which can hold any number.
    public PickleWriter Number(long value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Raw(0x8A, 8).Raw(bytes);
    }

    public PickleWriter Global(string module, string name) => Raw($"c{module}\n{name}\n");

    public PickleWriter Tuple(params Action<PickleWriter>[] items)
    {
        Raw("(");
        foreach (Action<PickleWriter> item in items)
            item(this);
        return Raw("t");
    }

    public PickleWriter Numbers(IEnumerable<long> values) => Tuple([.. values.Select(value => (Action<PickleWriter>)(writer => writer.Number(value)))]);

    /// <summary>A tensor on the storage 0, which has so many floats. The caller writes its shape and its strides.</summary>
    public PickleWriter Tensor(Action<PickleWriter> shape, Action<PickleWriter> strides, long stored = 1, long offset = 0)
    {
        shape(Global("torch._utils", "_rebuild_tensor").Raw("((").Text("storage").Global("torch", "FloatStorage").Text("0").Text("cpu")
            .Number(stored).Raw("tQ").Number(offset));
        strides(this);
        return Raw("tR");
    }

    public byte[] Stop() => Raw(".")._bytes.ToArray();
}
