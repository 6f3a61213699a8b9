using System.Text;
using ResNeXt.Core.Files;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights.PyTorch.Pickle;
using ResNeXt.Core.Weights.PyTorch.StateDicts;
using ResNeXt.Core.Weights.PyTorch.Storages;
using ResNeXt.Core.Weights.Zip;

namespace ResNeXt.Core.Weights.PyTorch;

/// <summary>
/// Reads files that <c>torch.save</c> has written since PyTorch 1.6. They are zip archives of one folder with <c>data.pkl</c>, which describes the
/// object, one file <c>data/KEY</c> per storage, and <c>byteorder</c>.
/// </summary>
internal static class TorchZipFile
{
    private const string Description = "/data.pkl";

    // What only programs have: of torch.jit.save, and of torch.export.save.
    private const string ScriptConstants = "/constants.pkl", ExportFormat = "/archive_format";

    /// <summary>Gets whether the file begins like a zip archive. <see cref="Read"/> checks that <c>torch.save</c> wrote it.</summary>
    public static bool Recognizes(WeightSource source) => source.StartsWith("PK\u0003\u0004"u8) || source.StartsWith("PK\u0005\u0006"u8);

    /// <summary>Reads the tensors.</summary>
    public static StateDict Read(WeightSource source)
    {
        ZipDirectory zip = ZipDirectory.Read(source);
        RefusePrograms(zip, source);
        string root = FindRoot(zip, source);
        CheckByteOrder(zip, root, source);
        (long offset, long length) = zip.Find(root + Description)!.Value;
        if (length > PickleReader.MaximumLength)
            throw source.Refuse($"describes its tensors in {length} bytes; at most {PickleReader.MaximumLength} are accepted. "
                + "Save the state_dict alone with torch.save.");
        object? described = new PickleReader(new PickleInput(source, offset, offset + length)).Read();
        return TensorAssembly.Assemble(PickledStateDict.Find(described, source), storage => Locate(storage, zip, root, source), source);
    }

    private static void RefusePrograms(ZipDirectory zip, WeightSource source)
    {
        if (zip.Names.Any(name => name.EndsWith(ScriptConstants, StringComparison.Ordinal)))
            throw source.Refuse("is a TorchScript program, not weights. Save its weights: torch.save(torch.jit.load(path).state_dict(), new_path).");
        if (zip.Names.Any(name => name.EndsWith(ExportFormat, StringComparison.Ordinal)))
            throw source.Refuse("is a program of torch.export, not weights. Save its weights: torch.save(torch.export.load(path).state_dict, new_path).");
    }

    private static string FindRoot(ZipDirectory zip, WeightSource source)
    {
        string[] roots = [.. zip.Names.Where(name => name.EndsWith(Description, StringComparison.Ordinal)).Select(name => name[..^Description.Length])
            .Where(root => !root.Contains('/', StringComparison.Ordinal))];
        return roots switch
        {
            [string root] => root,
            [] => throw source.Refuse("is a zip archive without data.pkl, so it is not of torch.save. Save model.state_dict() with torch.save."),
            _ => throw source.Refuse($"is a zip archive with {roots.Length} folders that have a data.pkl; exactly one is accepted."),
        };
    }

    private static void CheckByteOrder(ZipDirectory zip, string root, WeightSource source)
    {
        if (zip.Find($"{root}/byteorder") is not (long offset, long length))
            return;
        byte[] order = new byte[Math.Min(length, 16)];
        source.Read(offset, order);
        string text = Encoding.UTF8.GetString(order).Trim();
        if (text != "little")
            throw source.Refuse($"has the byte order {Quoted.Name(text)}; only 'little' is accepted. Save it again on a little-endian machine.");
    }

    private static long Locate(TensorStorage storage, ZipDirectory zip, string root, WeightSource source)
    {
        if (zip.Find($"{root}/data/{storage.Key}") is not (long offset, long length))
            throw source.Refuse($"lacks the storage {Quoted.Name(storage.Key)}; it is damaged. Save it again.");
        if (storage.Count > length / storage.Type.Size)
            throw source.Refuse($"describes the storage {Quoted.Name(storage.Key)} with {storage.Count} elements of {storage.Type.Size} bytes "
                + $"but has only {length} bytes for it; it is damaged. Save it again.");
        return offset;
    }
}
