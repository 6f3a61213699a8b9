using ResNeXt.Core.Files;
using ResNeXt.Core.Weights.PyTorch.Pickle;
using ResNeXt.Core.Weights.PyTorch.StateDicts;

namespace ResNeXt.Core.Tests.Weights.PyTorch.StateDicts;

public sealed class ModuleTensorsTests
{
    // Other objects with the same attributes: small files with billions of modules, of parameters, or of attributes to look through.
    [Theory]
    [InlineData("_modules")]
    [InlineData("_parameters")]
    [InlineData("anything")]
    public void Of_ObjectsThatShareTheirAttributes_EndsAfterAMillionValues(string kind)
    {
        using WeightSource source = WeightSource.Of(default, "shared.pth", "weights file");
        PickleDictionary shared = With(kind, Modules(1000));
        if (kind == "anything")
            shared = Modules(1000);
        var modules = new ModuleTensors(source);
        int found = 0;

        var exception = Assert.Throws<InvalidDataException>(() =>
        {
            for (int index = 0; index < 1_000_000; index++)
                found += modules.Of(new PickleDictionary("net.Module") { Attributes = shared }).Count;
        });

        Assert.Contains("the same modules again and again", exception.Message, StringComparison.Ordinal);
        Assert.InRange(found, 0, 1_000_000);
    }

    [Fact]
    public void Of_ModulesWithNamesThatGrow_LeavesOutTheLongest()
    {
        using WeightSource source = WeightSource.Of(default, "names.pth", "weights file");
        string name = new('a', 600);
        PickleDictionary inner = With("_parameters", With("w", new PickleDictionary()));
        for (int level = 0; level < 4; level++)
            inner = With("_modules", With(name, new PickleDictionary("net.Module") { Attributes = inner }));

        Assert.Empty(new ModuleTensors(source).Of(new PickleDictionary("net.Module") { Attributes = inner }));
    }

    private static PickleDictionary Modules(int count)
    {
        var modules = new PickleDictionary();
        for (int index = 0; index < count; index++)
            modules.Add($"{index}", new PickleDictionary("net.Layer") { Attributes = new PickleDictionary() });
        return modules;
    }

    private static PickleDictionary With(string key, PickleDictionary value)
    {
        var dictionary = new PickleDictionary();
        dictionary.Add(key, value);
        return dictionary;
    }
}
