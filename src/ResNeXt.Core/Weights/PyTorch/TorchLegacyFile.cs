using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using ResNeXt.Core.Files;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights.PyTorch.Pickle;
using ResNeXt.Core.Weights.PyTorch.StateDicts;
using ResNeXt.Core.Weights.PyTorch.Storages;

namespace ResNeXt.Core.Weights.PyTorch;

/// <summary>
/// Reads files that <c>torch.save</c> wrote before PyTorch 1.6. They begin with five pickles: a magic number, a protocol version, system information,
/// the object, and the keys of its storages. Then follow, for each key, the number of elements and the elements.
/// </summary>
internal static class TorchLegacyFile
{
    private const byte PickleStart = (byte)PickleOpcode.Proto;
    private const long ProtocolVersion = 1001;

    private static readonly BigInteger MagicNumber = BigInteger.Parse("1950a86a20f9469cfc6c", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>Gets whether the file begins like a pickle. <see cref="Read"/> checks that <c>torch.save</c> wrote it.</summary>
    public static bool Recognizes(WeightSource source) => source.StartsWith([PickleStart]);

    /// <summary>Reads the tensors.</summary>
    public static StateDict Read(WeightSource source)
    {
        var input = new PickleInput(source, 0, Math.Min(source.Length, PickleReader.MaximumLength));
        if (new PickleReader(input).Read() is not BigInteger magic || magic != MagicNumber)
            throw source.Refuse("is a Python pickle, but not one of torch.save: its magic number is missing. "
                + "Save model.state_dict() with torch.save.");
        if (new PickleReader(input).Read() is not ProtocolVersion)
            throw source.Refuse($"is a PyTorch file of an unknown version; {ProtocolVersion} is accepted. Save it again with a current PyTorch.");
        // The system information does not matter: elements are always little-endian.
        new PickleReader(input).Read();
        var reader = new PickleReader(input);
        object? root = reader.Read();
        if (new PickleReader(input).Read() is not List<object?> keys)
            throw input.Damaged("has no list of storages");
        OrderedDictionary<string, TensorView> tensors = PickledStateDict.Find(root, source);
        Dictionary<string, long> offsets = FindStorages(keys, reader.Storages, input.Position, source);
        return TensorAssembly.Assemble(tensors, storage => offsets.TryGetValue(storage.Key, out long offset)
            ? offset
            : throw source.Refuse($"lacks the storage {Quoted.Name(storage.Key)}; it is damaged. Save it again."), source);
    }

    private static Dictionary<string, long> FindStorages(
        List<object?> keys, IReadOnlyDictionary<string, TensorStorage> storages, long position, WeightSource source)
    {
        var offsets = new Dictionary<string, long>(StringComparer.Ordinal);
        byte[] count = new byte[sizeof(long)];
        foreach (object? key in keys)
        {
            if (key is not string name || !storages.TryGetValue(name, out TensorStorage? storage) || offsets.ContainsKey(name))
                throw source.Refuse($"lists the storage {Quoted.Name(key as string ?? "?")}, which no tensor uses or which is listed twice; "
                    + "it is damaged. Save it again.");
            source.Read(position, count);
            long stored = BinaryPrimitives.ReadInt64LittleEndian(count);
            if (stored != storage.Count)
                throw source.Refuse($"is damaged: the storage {Quoted.Name(name)} has {stored} elements where {storage.Count} are described. "
                    + "Save it again.");
            position += sizeof(long);
            offsets.Add(name, position);
            if (storage.Count > (source.Length - position) / storage.Type.Size)
                throw source.Refuse($"ends in the middle of the storage {Quoted.Name(name)}; it is cut off. Download or save it again.");
            position += storage.Count * storage.Type.Size;
        }
        return offsets;
    }
}
