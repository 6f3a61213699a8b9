using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace ResNeXt.MLNet.Tests.Operations;

/// <summary>A user-defined step before the classifier, which makes images half as bright.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class Dimmed : CustomMappingFactory<Dimmed.Bright, Dimmed.Dark>
{
    public const string ContractName = "ResNeXt.MLNet.Tests.Dimmed";

    private const int Length = 3 * Patterns.Size * Patterns.Size;

    public override Action<Bright, Dark> GetMapping() => static (bright, dark) => dark.Dim = [.. bright.Planar.Select(value => value / 2)];

    internal sealed class Bright
    {
        [VectorType(3, Patterns.Size, Patterns.Size)]
        public float[] Planar { get; set; } = [];
    }

    internal sealed class Dark
    {
        [VectorType(Length)]
        public float[] Dim { get; set; } = new float[Length];
    }
}
