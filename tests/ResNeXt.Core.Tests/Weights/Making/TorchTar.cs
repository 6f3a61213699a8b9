using System.Globalization;
using System.Runtime.InteropServices;

namespace ResNeXt.Core.Tests.Weights.Making;

/// <summary>A checkpoint as torch.save of PyTorch 0.1 wrote it.</summary>
internal sealed class TorchTar
{
    private readonly List<byte[]> _storages = [], _tensors = [];
    private readonly List<long[]> _parts = [];
    private readonly List<Action<PickleWriter>> _entries = [];

    public bool LittleEndian { get; init; } = true;

    /// <summary>The key under which the dictionary of tensors lies; null puts it at the top.</summary>
    public string? Wrapper { get; init; }

    public static byte[] SysInfo(bool littleEndian = true) => new PickleWriter()
        .Raw("}(").Text("little_endian").Raw((byte)(littleEndian ? 0x88 : 0x89)).Text("protocol_version").Number(1000)
        .Text("type_sizes").Raw("}(").Text("int").Number(4).Raw("uu").Stop();

    public TorchTar Storage(long key, string type, long count, byte[] bytes)
    {
        byte[] record = new PickleWriter()
            .Tuple(pickle => pickle.Number(key), pickle => pickle.Text("cpu"), pickle => pickle.Global("torch", type)).Stop();
        _storages.Add([.. record, .. BitConverter.GetBytes(count), .. bytes]);
        return this;
    }

    public TorchTar Floats(long key, params float[] values) =>
        Storage(key, "FloatStorage", values.Length, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    /// <summary>A storage that is a part of another.</summary>
    public TorchTar Part(long key, long whole, long offset, long count)
    {
        _parts.Add([key, whole, offset, count]);
        return this;
    }

    /// <summary>A tensor that the dictionary may refer to; null as its storage is an empty one.</summary>
    public TorchTar Tensor(long key, long? storage, long offset, long[] shape, long[] strides, string type = "FloatTensor", int? rank = null,
        string module = "torch")
    {
        byte[] record = new PickleWriter()
            .Tuple(pickle => pickle.Number(key), pickle => _ = storage is long number ? pickle.Number(number) : pickle.Raw("N"),
                pickle => pickle.Global(module, type)).Stop();
        // The bytes after the number of dimensions were never initialized.
        _tensors.Add([.. record, .. BitConverter.GetBytes(rank ?? shape.Length), 7, 0xFF, 0, 0x80,
            .. MemoryMarshal.AsBytes<long>([.. shape, .. strides, offset])]);
        return this;
    }

    /// <summary>A tensor of the dictionary, plain as a statistic is.</summary>
    public TorchTar Named(string name, long key) => Entry(name, pickle => Refer(pickle, key));

    /// <summary>A tensor of the dictionary in a parameter.</summary>
    public TorchTar Parameter(string name, long key) => Entry(name, pickle =>
        Refer(pickle.Global("torch.nn.parameter", "Parameter").Raw(")").Raw(0x81).Raw("("), key).Raw("NN").Raw(0x88, 0x89).Raw("tb"));

    public TorchTar Entry(string name, Action<PickleWriter> value)
    {
        _entries.Add(pickle => value(pickle.Text(name)));
        return this;
    }

    public static PickleWriter Refer(PickleWriter pickle, long key) => pickle.Text(key.ToString(CultureInfo.InvariantCulture)).Raw("Q");

    public byte[] Write() => Write(SysInfo(LittleEndian), Pickle(), Tensors(), Storages());

    /// <summary>A file of those members.</summary>
    public static byte[] Write(byte[] sysInfo, byte[] pickle, byte[] tensors, byte[] storages) =>
        new TarWriter().Add("sys_info", sysInfo).Add("pickle", pickle).Add("tensors", tensors).Add("storages", storages).Finish();

    /// <summary>A file of that one pickle as the object, without tensors.</summary>
    public static byte[] Of(byte[] pickle) => Write(SysInfo(), pickle, new TorchTar().Tensors(), new TorchTar().Storages());

    public byte[] Tensors(long? count = null) => [.. Number(count ?? _tensors.Count), .. _tensors.SelectMany(bytes => bytes)];

    public byte[] Storages(long? count = null) => [.. Number(count ?? _storages.Count), .. _storages.SelectMany(bytes => bytes),
        .. new PickleWriter().Raw("](").Each(_parts, (pickle, part) => pickle.Numbers(part)).Raw("e").Stop()];

    public byte[] Pickle()
    {
        var pickle = new PickleWriter();
        if (Wrapper is not null)
            pickle.Raw("}(").Text("epoch").Number(7).Text(Wrapper);
        pickle.Global("collections", "OrderedDict").Raw(")R(").Each(_entries, (writer, entry) => entry(writer)).Raw("u");
        return (Wrapper is null ? pickle : pickle.Raw("u")).Stop();
    }

    private static byte[] Number(long value) => new PickleWriter().Number(value).Stop();
}
