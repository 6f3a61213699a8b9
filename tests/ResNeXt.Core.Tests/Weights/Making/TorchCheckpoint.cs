using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Tests.Weights.Making;

/// <summary>A checkpoint as torch.save writes it, in either of its formats.</summary>
internal sealed class TorchCheckpoint
{
    private readonly OrderedDictionary<string, (string Type, long Count, byte[] Bytes)> _storages = [];
    private readonly List<Action<PickleWriter, bool>> _entries = [];

    /// <summary>A checkpoint of those tensors, each with a storage of its own.</summary>
    public static TorchCheckpoint Of(StateDict weights, string? wrapper = null)
    {
        var checkpoint = new TorchCheckpoint { Wrapper = wrapper };
        foreach ((string name, ResNeXt.Core.Tensors.WeightTensor tensor) in weights.Tensors)
        {
            long[] shape = [.. tensor.Shape], strides = new long[shape.Length];
            for (int axis = shape.Length - 1, stride = 1; axis >= 0; stride *= (int)shape[axis--])
                strides[axis] = stride;
            checkpoint.Floats(name, tensor.Values.ToArray()).Tensor(name, name, 0, shape, strides);
        }
        return checkpoint;
    }

    /// <summary>The keys under which the dictionary of tensors lies, outermost first, with slashes between them; none puts it at the top.</summary>
    public string? Wrapper { get; init; }

    public string ByteOrder { get; init; } = "little";

    public TorchCheckpoint Storage(string key, string type, long count, byte[] bytes)
    {
        _storages[key] = (type, count, bytes);
        return this;
    }

    public TorchCheckpoint Floats(string key, params float[] values) => Storage(key, "FloatStorage", values.Length, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    /// <summary>A tensor on a storage; <paramref name="part"/> is the legacy format's view: first element and number of elements.</summary>
    public TorchCheckpoint Tensor(string name, string key, long offset, long[] shape, long[] strides, (long Offset, long Count)? part = null, bool isParameter = false)
    {
        _entries.Add((pickle, isZip) =>
        {
            pickle.Text(name);
            if (isParameter)
                pickle.Global("torch._utils", "_rebuild_parameter").Raw("(");
            PutTensor(pickle, isZip, key, offset, shape, strides, part);
            if (isParameter)
                pickle.Raw(0x88).Global("collections", "OrderedDict").Raw(")RtR");
        });
        return this;
    }

    /// <summary>A tensor of one dimension as an argument of something else: its name, then the call around it.</summary>
    public TorchCheckpoint Wrapped(string name, string key, int count, Action<PickleWriter> function, Action<PickleWriter, Action<PickleWriter>> wrap)
    {
        _entries.Add((pickle, isZip) =>
        {
            function(pickle.Text(name));
            wrap(pickle, writer => PutTensor(writer, isZip, key, 0, [count], [1], null));
        });
        return this;
    }

    /// <summary>A tensor of one dimension, of a class of its own.</summary>
    public TorchCheckpoint FromType(string name, string key, int count)
    {
        _entries.Add((pickle, isZip) =>
        {
            pickle.Text(name).Global("torch._tensor", "_rebuild_from_type_v2").Raw("(").Global("torch._utils", "_rebuild_tensor_v2")
                .Global("train", "MyTensor").Raw("(");
            PutStorage(pickle, isZip, key, null);
            pickle.Number(0).Numbers([count]).Numbers([1]).Raw(0x89).Global("collections", "OrderedDict").Raw(")Rt}tR");
        });
        return this;
    }

    /// <summary>A tensor of one dimension on a storage of bytes.</summary>
    public TorchCheckpoint Typed(string name, string key, long offset, long count, string type)
    {
        _entries.Add((pickle, isZip) =>
        {
            pickle.Text(name).Global("torch._utils", "_rebuild_tensor_v3").Raw("(");
            PutStorage(pickle, isZip, key, null);
            pickle.Number(offset).Numbers([count]).Numbers([1]).Raw(0x89).Global("collections", "OrderedDict").Raw(")R").Global("torch", type)
                .Raw("tR");
        });
        return this;
    }

    /// <summary>A dictionary under a key, with one tensor of one element.</summary>
    public TorchCheckpoint Nested(string wrapper, string name, string key)
    {
        _entries.Add((pickle, isZip) =>
        {
            pickle.Text(wrapper).Raw("}").Text(name);
            PutTensor(pickle, isZip, key, 0, [1], [1], null);
            pickle.Raw("s");
        });
        return this;
    }

    /// <summary>A tensor of one dimension in a zip, written at once.</summary>
    public void Put(PickleWriter pickle, string key, int count) => PutTensor(pickle, isZip: true, key, 0, [count], [1], null);

    /// <summary>Anything else in the dictionary of tensors.</summary>
    public TorchCheckpoint Entry(string name, Action<PickleWriter> value)
    {
        _entries.Add((pickle, _) => value(pickle.Text(name)));
        return this;
    }

    public byte[] Write(bool isZip) => isZip ? Zip() : Legacy();

    public byte[] Zip(bool zip64 = false, Func<string, uint, uint>? claimLength = null, ushort method = 0) => ZipWriter.Write(
    [
        ("archive/data.pkl", Pickle(isZip: true)),
        ("archive/byteorder", System.Text.Encoding.ASCII.GetBytes(ByteOrder)),
        .. _storages.Select(storage => ($"archive/data/{storage.Key}", storage.Value.Bytes)),
        ("archive/version", "3\n"u8.ToArray()),
    ], zip64, claimLength, method);

    public byte[] Legacy()
    {
        byte[] keys = new PickleWriter().Raw("](").Each(_storages.Keys, (pickle, key) => pickle.Text(key)).Raw("e").Stop();
        return [.. LegacyStart(), .. Pickle(isZip: false), .. keys, .. _storages.Values.SelectMany(storage => Counted(storage.Count, storage.Bytes))];
    }

    /// <summary>The three pickles before the object.</summary>
    public static byte[] LegacyStart() =>
    [
        .. new PickleWriter().Raw(0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19).Stop(),
        .. new PickleWriter().Raw((byte)'M', 0xE9, 0x03).Stop(),
        .. new PickleWriter().Raw("}(").Text("protocol_version").Raw((byte)'M', 0xE9, 0x03).Text("little_endian").Raw(0x88).Raw("u").Stop(),
    ];

    /// <summary>A file of that one pickle as the object, without storages.</summary>
    public static byte[] Of(byte[] pickle, bool isZip) => isZip
        ? ZipWriter.Write([("archive/data.pkl", pickle), ("archive/version", "3\n"u8.ToArray())])
        : [.. LegacyStart(), .. pickle, .. new PickleWriter().Raw("]").Stop()];

    private byte[] Pickle(bool isZip)
    {
        var pickle = new PickleWriter();
        string[] wrappers = Wrapper?.Split('/') ?? [];
        pickle.Each(wrappers, (writer, wrapper) => writer.Raw("}(").Text("epoch").Number(7).Text(wrapper));
        pickle.Global("collections", "OrderedDict").Raw(")R(").Each(_entries, (writer, entry) => entry(writer, isZip)).Raw("u");
        // The attribute _metadata of every state_dict.
        pickle.Raw("}").Text("_metadata").Global("collections", "OrderedDict").Raw(")Rsb");
        return pickle.Each(wrappers, (writer, _) => writer.Raw("u")).Stop();
    }

    private void PutTensor(PickleWriter pickle, bool isZip, string key, long offset, long[] shape, long[] strides, (long Offset, long Count)? part)
    {
        pickle.Global("torch._utils", "_rebuild_tensor_v2").Raw("(");
        PutStorage(pickle, isZip, key, part);
        pickle.Number(offset).Numbers(shape).Numbers(strides).Raw(0x89).Global("collections", "OrderedDict").Raw(")RtR");
    }

    private void PutStorage(PickleWriter pickle, bool isZip, string key, (long Offset, long Count)? part)
    {
        (string type, long count, _) = _storages[key];
        pickle.Raw("(").Text("storage").Global("torch", type).Text(key).Text("cpu").Number(count);
        if (part is var (first, length))
            pickle.Tuple(writer => writer.Text("view"), writer => writer.Number(first), writer => writer.Number(length));
        else if (!isZip)
            pickle.Raw("N");
        pickle.Raw("tQ");
    }

    private static byte[] Counted(long count, byte[] bytes)
    {
        byte[] counted = new byte[8 + bytes.Length];
        BinaryPrimitives.WriteInt64LittleEndian(counted, count);
        bytes.CopyTo(counted, 8);
        return counted;
    }
}

/// <summary>Lets a fluent writer write many things.</summary>
internal static class PickleWriterExtensions
{
    public static PickleWriter Each<T>(this PickleWriter pickle, IEnumerable<T> items, Action<PickleWriter, T> write)
    {
        foreach (T item in items)
            write(pickle, item);
        return pickle;
    }
}
