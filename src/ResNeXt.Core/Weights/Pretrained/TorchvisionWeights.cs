using System.Collections.Immutable;

namespace ResNeXt.Core.Weights.Pretrained;

/// <summary>The weights of torchvision's ten networks for ImageNet. Names, files and accuracies are those of torchvision's models/resnet.py.</summary>
internal static class TorchvisionWeights
{
    /// <summary>What all names begin with.</summary>
    public const string Prefix = "torchvision:";

    // The shorter side of an image before its center of 224 x 224 pixels is cut out: of the first recipe, and of the second.
    private const int First = 256, Second = 232;

    private static readonly Uri Server = new("https://download.pytorch.org/models/");

    /// <summary>All of them.</summary>
    public static ImmutableArray<PretrainedWeights> All { get; } =
    [
        Of("resnet18", "V1", "f37072fd", 44.661, 0.69758, First),
        Of("resnet34", "V1", "b627a593", 83.275, 0.73314, First),
        Of("resnet50", "V1", "0676ba61", 97.781, 0.76130, First),
        Of("resnet50", "V2", "11ad3fa6", 97.79, 0.80858, Second),
        Of("resnet101", "V1", "63fe2227", 170.511, 0.77374, First),
        Of("resnet101", "V2", "cd907fc2", 170.53, 0.81886, Second),
        Of("resnet152", "V1", "394f9c45", 230.434, 0.78312, First),
        Of("resnet152", "V2", "f82ba261", 230.474, 0.82284, Second),
        Of("resnext50_32x4d", "V1", "7cdf4587", 95.789, 0.77618, First),
        Of("resnext50_32x4d", "V2", "1a0047aa", 95.833, 0.81198, Second),
        Of("resnext101_32x8d", "V1", "8ba56ff5", 339.586, 0.79312, First),
        Of("resnext101_32x8d", "V2", "110c445d", 339.673, 0.82834, Second),
        // Trained with the second recipe, although it is version 1.
        Of("resnext101_64x4d", "V1", "173b62eb", 319.318, 0.83246, Second),
        Of("wide_resnet50_2", "V1", "95faca4d", 131.82, 0.78468, First),
        Of("wide_resnet50_2", "V2", "9ba9bcbe", 263.124, 0.81602, Second),
        Of("wide_resnet101_2", "V1", "32ee1156", 242.896, 0.78848, First),
        Of("wide_resnet101_2", "V2", "d733dc28", 484.747, 0.82510, Second),
    ];

    private static PretrainedWeights Of(string architecture, string version, string sha256, double mebibytes, double accuracy, int resizeSize)
    {
        string file = $"{architecture}-{sha256}.pth";
        return new()
        {
            Name = $"{Prefix}{architecture}.IMAGENET1K_{version}",
            Architecture = architecture,
            FileName = file,
            Address = new Uri(Server, file),
            License = "BSD-3-Clause",
            ApproximateBytes = (long)(mebibytes * (1 << 20)),
            Sha256Prefix = sha256,
            ImageNetAccuracy = accuracy,
            ResizeSize = resizeSize,
        };
    }
}
