using ResNeXt.Core.Files;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights.PyTorch.Pickle;
using ResNeXt.Core.Weights.PyTorch.StateDicts;

namespace ResNeXt.Core.Weights.PyTorch.Tar;

/// <summary>
/// Reads files that <c>torch.save</c> of PyTorch 0.1 wrote, such as torchvision's first weights. They are tar archives with the entries
/// <c>sys_info</c>, <c>storages</c>, <c>tensors</c>, and <c>pickle</c>, which describes the object and refers to the tensors by number.
/// </summary>
internal static class TorchTarFile
{
    // Each of the four entries may have an extension, and so may the whole archive.
    private const int SearchedEntries = 9;

    /// <summary>Gets whether the file is a tar archive with an entry of <c>torch.save</c> among the first entries.</summary>
    public static bool Recognizes(WeightSource source)
    {
        long position = 0;
        for (int i = 0; i < SearchedEntries && TarHeader.Find(source, position) is { } header; i++)
        {
            if (header.Name is "sys_info" or "pickle")
                return true;
            position += header.Step;
        }
        return false;
    }

    /// <summary>Reads the tensors.</summary>
    public static StateDict Read(WeightSource source)
    {
        TarDirectory tar = TarDirectory.Read(source);
        var objects = new TorchTarObjects();
        CheckByteOrder(Whole(tar, "sys_info", objects, source), source);
        TorchTarStorages.Read(Open(tar, "storages", objects, source), objects);
        TorchTarTensors.Read(Open(tar, "tensors", objects, source), objects);
        return TensorAssembly.Assemble(PickledStateDict.Find(Whole(tar, "pickle", objects, source), source), objects.OffsetOf, source);
    }

    private static TorchTarInput Open(TarDirectory tar, string name, TorchTarObjects objects, WeightSource source) =>
        new(source, objects, name, tar.Find(name));

    // Reads an entry that is a single pickle.
    private static object? Whole(TarDirectory tar, string name, TorchTarObjects objects, WeightSource source)
    {
        TorchTarInput input = Open(tar, name, objects, source);
        if (input.Remaining > PickleReader.MaximumLength)
            throw source.Refuse($"has the member {Quoted.Name(name)} of {input.Remaining} bytes; at most {PickleReader.MaximumLength} are accepted. "
                + "Save the state_dict alone with torch.save.");
        return input.Pickle(PickleReader.MaximumLength);
    }

    private static void CheckByteOrder(object? facts, WeightSource source)
    {
        object? isLittle = (facts as PickleDictionary)?.Pairs.LastOrDefault(pair => pair.Key is "little_endian").Value;
        if (isLittle is not true)
            throw source.Refuse("does not say in its member 'sys_info' that its numbers are little-endian; only such files are accepted. "
                + "Save it again on a little-endian machine.");
    }
}
