using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace ResNeXt.MLNet.Tests.Operations;

/// <summary>A user-defined step after the classifier.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class Confidence : CustomMappingFactory<Confidence.Scored, Confidence.Judged>
{
    public const string ContractName = "ResNeXt.MLNet.Tests.Confidence";

    public override Action<Scored, Judged> GetMapping() => static (scored, judged) =>
    {
        judged.Highest = scored.Score.Max();
        judged.Key = scored.PredictedLabel;
    };

    internal sealed class Scored
    {
        public float[] Score { get; set; } = [];

        [KeyType(3)]
        public uint PredictedLabel { get; set; }
    }

    internal sealed class Judged
    {
        public float Highest { get; set; }

        public uint Key { get; set; }
    }
}
