using ResNeXt.Core.Weights.Pretrained;

namespace ResNeXt.MLNet.Tests.Weights;

/// <summary>A test with the network of the package Microsoft.ML.DnnImageFeaturizer.ResNet18; skipped where NuGet's folder does not have it.</summary>
internal sealed class PackagedModelFactAttribute : FactAttribute
{
    public const string Name = "nuget:Microsoft.ML.DnnImageFeaturizer.ResNet18";

    /// <param name="onPhotographs">Whether the test needs the photographs beside the repository, too.</param>
    public PackagedModelFactAttribute(bool onPhotographs = false)
    {
        if (onPhotographs)
            Skip = SharedData.MissingReason;
        if (PretrainedFile.FindMistake(Name, architecture: null, needsClasses: false, Places) is { } mistake)
            Skip = mistake;
    }

    /// <summary>NuGet's folder and nothing else.</summary>
    public static PretrainedOptions Places { get; } = new()
    {
        ApplicationFolder = Nowhere,
        CacheFolder = Nowhere,
        Environment = name => name switch { "NUGET_PACKAGES" => Environment.GetEnvironmentVariable(name), "TORCH_HOME" => Nowhere, _ => null },
    };

    private static string Nowhere => Path.Combine(AppContext.BaseDirectory, "nowhere");
}
