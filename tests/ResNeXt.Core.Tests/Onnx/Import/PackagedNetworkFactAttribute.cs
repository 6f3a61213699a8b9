namespace ResNeXt.Core.Tests.Onnx.Import;

/// <summary>A test of the network in the package <c>Microsoft.ML.DnnImageFeaturizer.ResNet18</c>, which is skipped if it is not beside the tests.</summary>
internal sealed class PackagedNetworkFactAttribute : FactAttribute
{
    public PackagedNetworkFactAttribute()
    {
        if (!File.Exists(Network))
            Skip = "ResNet18.onnx of the package Microsoft.ML.DnnImageFeaturizer.ResNet18 is not beside the tests.";
    }

    public static string Network { get; } = Path.Combine(
        Environment.GetEnvironmentVariable("RESNEXT_WEIGHTS") ?? Path.Combine(AppContext.BaseDirectory, "DnnImageModels"), "ResNet18Onnx", "ResNet18.onnx");
}
