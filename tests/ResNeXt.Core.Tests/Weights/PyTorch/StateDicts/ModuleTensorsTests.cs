using ResNeXt.Core.Files;
using ResNeXt.Core.Weights.PyTorch.Pickle;
using ResNeXt.Core.Weights.PyTorch.StateDicts;

namespace ResNeXt.Core.Tests.Weights.PyTorch.StateDicts;

public sealed class ModuleTensorsTests
{
    // Another object each, with the same thousand modules: a small file with a billion of them.
    [Fact]
    public void Of_ObjectsThatShareTheirModules_EndsAfterAMillion()
    {
        using WeightSource source = WeightSource.Of(default, "shared.pth", "weights file");
        PickleDictionary shared = With("_modules", Modules(1000));
        var modules = new ModuleTensors(source);

        var exception = Assert.Throws<InvalidDataException>(() =>
        {
            for (int index = 0; index < 1_000_000; index++)
                Assert.Empty(modules.Of(new PickleDictionary("net.Module") { Attributes = shared }));
        });

        Assert.Contains("the same modules again and again", exception.Message, StringComparison.Ordinal);
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
