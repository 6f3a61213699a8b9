using ResNeXt.Core.Weights.Pretrained;
using ResNeXt.Tests;

namespace ResNeXt.Core.Tests.Weights.Pretrained;

public sealed class PretrainedFileTests : IDisposable
{
    private const string Package = "Microsoft.ML.DnnImageFeaturizer.ResNet18", PackagedModel = "ResNet18Onnx/ResNet18.onnx";

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _environment;

    public PretrainedFileTests() => _environment = new()
    {
        ["NUGET_PACKAGES"] = Path.Combine(_folder.Path, "packages"),
        ["TORCH_HOME"] = Path.Combine(_folder.Path, "torch"),
    };

    private PretrainedOptions Options => new()
    {
        ApplicationFolder = Path.Combine(_folder.Path, "app"),
        CacheFolder = Path.Combine(_folder.Path, "cache"),
        Environment = _environment.GetValueOrDefault,
        RetryPause = TimeSpan.FromMilliseconds(1),
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Find_OfAPackagesModelInEveryPlace_TakesTheFirstPlace()
    {
        string option = Write("mine", "ResNet18.onnx"), variable = Write("theirs", PackagedModel), application = Write("app", "DnnImageModels", PackagedModel);
        string package = Write("packages", Package.ToLowerInvariant(), "0.23.1", "tools", "DnnImageModels", PackagedModel);
        Write("packages", Package.ToLowerInvariant(), "0.9.0", "tools", "DnnImageModels", PackagedModel);
        string cache = Write("cache", "ResNet18.onnx");
        _environment["RESNEXT_WEIGHTS"] = Path.Combine(_folder.Path, "theirs");

        Assert.Equal(option, Find(Options with { Folder = Path.Combine(_folder.Path, "mine") }));
        Assert.Equal(variable, Find(Options));
        _environment.Remove("RESNEXT_WEIGHTS");
        foreach (string expected in new[] { application, package, cache })
        {
            Assert.Equal(expected, Find(Options));
            File.Delete(expected);
            if (expected == package)
                Directory.Delete(Path.Combine(_folder.Path, "packages"), recursive: true);
        }

        static string Find(PretrainedOptions options) => PretrainedFile.Find("pretrained", "resnet18", options).Path;
    }

    [Fact]
    public void Find_OfAFileWithAnotherHash_RefusesIt()
    {
        string path = Write("torch", "hub", "checkpoints", "resnet50-11ad3fa6.pth");

        var exception = Assert.Throws<InvalidDataException>(() => PretrainedFile.Find("torchvision:resnet50.IMAGENET1K_V2", options: Options));

        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
        Assert.Contains("11ad3fa6", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_OfPretrainedForAnyNetwork_PrefersTheMostAccurate()
    {
        Write("app", "DnnImageModels", PackagedModel);
        Write("cache", "resnet50-0676ba61.pth");

        // The file has another hash; that it is the one to be checked shows which was chosen.
        Assert.Contains("resnet50", Assert.Throws<InvalidDataException>(() => PretrainedFile.Find("pretrained", options: Options)).Message, StringComparison.Ordinal);
        Assert.EndsWith("ResNet18.onnx", PretrainedFile.Find("pretrained", "resnet18", Options).Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pretrained", null, "Pretrained weights are not on this machine: add the NuGet package Microsoft.ML.DnnImageFeaturizer.ResNet18")]
    [InlineData("pretrained", "resnet50", "download https://download.pytorch.org/models/resnet50-11ad3fa6.pth into the folder ")]
    [InlineData("torchvision:resnet34.DEFAULT", null, "The weights torchvision:resnet34.IMAGENET1K_V1 are not on this machine: download ")]
    public void Find_OfAMissingFile_SaysWhatToFetch(string name, string? architecture, string expected)
    {
        var exception = Assert.Throws<FileNotFoundException>(() => PretrainedFile.Find(name, architecture, Options));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(_folder.Path, "cache"), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_WithoutPermission_AsksNoServer()
    {
        using var server = new FileServer((_, request) => FileServer.Send([1], request));
        PretrainedOptions options = Options with { MirrorAddress = server.Address };
        Assert.Throws<FileNotFoundException>(() => PretrainedFile.Find("pretrained", "resnet50", options));
        _environment["RESNEXT_OFFLINE"] = "1";

        var exception = Assert.Throws<FileNotFoundException>(() => PretrainedFile.Find("pretrained", "resnet50", options with { Download = true }));

        Assert.Contains("RESNEXT_OFFLINE", exception.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public void Find_WithPermission_AsksTheMirrorForTheBestVersion()
    {
        using var server = new FileServer((_, request) => FileServer.Send([1, 2, 3], request));
        _environment["RESNEXT_WEIGHTS_MIRROR"] = $"{server.Address}copy";

        var exception = Assert.Throws<InvalidDataException>(() => PretrainedFile.Find("pretrained", "resnet50", Options with { Download = true }));

        Assert.Contains("SHA-256", exception.Message, StringComparison.Ordinal);
        Assert.Equal("/copy/models/resnet50-11ad3fa6.pth", Assert.Single(server.Requests).Path);
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder.Path, "cache")));
    }

    [Theory]
    [InlineData("pretrained", "resnet20_cifar", "There are no pretrained weights for resnet20_cifar")]
    [InlineData("torchvision:resnet50.DEFAULT", "resnet18", "are for resnet50, not for resnet18")]
    public void Find_OfWeightsForAnotherNetwork_SaysSo(string name, string architecture, string expected) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => PretrainedFile.Find(name, architecture, Options)).Message, StringComparison.Ordinal);

    [Fact]
    public void Find_OfOptionsThatAreOutOfRange_ListsThem()
    {
        PretrainedOptions options = Options with { Folder = "nowhere", MirrorAddress = new Uri("http://example.invalid/"), StallTimeout = TimeSpan.Zero };

        var exception = Assert.Throws<ArgumentException>(() => PretrainedFile.Find("pretrained", options: options));

        Assert.All(new[] { "'nowhere'", "MirrorAddress", "StallTimeout" }, name => Assert.Contains(name, exception.Message, StringComparison.Ordinal));
    }

    private string Write(params string[] parts)
    {
        string path = Path.Combine([_folder.Path, .. parts]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "not a network");
        return path;
    }
}
