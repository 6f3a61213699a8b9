using System.Collections.Immutable;

namespace ResNeXt.Core.Weights.Pretrained;

/// <summary>
/// The networks in ML.NET's NuGet packages <c>Microsoft.ML.DnnImageFeaturizer.*</c>: ONNX files that end with the features, without a last layer.
/// </summary>
internal static class PackagedWeights
{
    /// <summary>What all names begin with.</summary>
    public const string Prefix = "nuget:";

    /// <summary>The folder of an application that the packages put their files into.</summary>
    public const string Folder = "DnnImageModels";

    /// <summary>All of them.</summary>
    public static ImmutableArray<PretrainedWeights> All { get; } =
    [
        Of("ResNet18", "resnet18_cntk") with { VariantOf = "resnet18", ApproximateBytes = 63_653_533 },
        Of("ResNet50", "resnet50"),
        Of("ResNet101", "resnet101"),
    ];

    private static PretrainedWeights Of(string network, string architecture) => new()
    {
        Name = $"{Prefix}Microsoft.ML.DnnImageFeaturizer.{network}",
        Architecture = architecture,
        FileName = $"{network}Onnx/{network}.onnx",
        PackageId = $"Microsoft.ML.DnnImageFeaturizer.{network}",
        License = "MIT",
        // The channel means of the packages' ResNetPreprocess.onnx, which subtracts a mean image.
        Normalization = new([123.15f, 115.90f, 103.06f], [1, 1, 1]),
        HasClasses = false,
    };
}
