using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.TemporaryFiles;

namespace ResNeXt.MLNet.Scoring;

/// <summary>
/// Hands on what a network computes, and asks for <see cref="SerialScoringStart"/>, so that ML.NET does not run the network on several threads at a time. The session
/// of ONNX Runtime uses all cores for one image already; where two threads share it, they and the session's own wait for each other actively, which
/// costs a fifth of the speed on two cores.
/// </summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class SerialScoringEnd : CustomMappingFactory<SerialScoringEnd.Computed, SerialScoringEnd.Passed>
{
    /// <summary>Part of saved models: never changed.</summary>
    public const string ContractName = "ResNeXt.MLNet.OneByOne";

    /// <summary>What the network computes. Part of saved models: never changed.</summary>
    public const string ComputedColumn = "ResNeXt.Computed";

    /// <summary>The same. Part of saved models: never changed.</summary>
    public const string PassedColumn = "ResNeXt.Passed";

    public override Action<Computed, Passed> GetMapping()
    {
        LoadedModels.DeleteAtExit();
        return static (computed, passed) => passed.Values = computed.Values;
    }

    /// <summary>A row before.</summary>
    internal sealed class Computed
    {
        [ColumnName(ComputedColumn), VectorType]
        public float[] Values { get; set; } = [];

        [ColumnName(SerialScoringStart.Column), AnyImageType]
        public MLImage? Nothing { get; set; }
    }

    /// <summary>A row after.</summary>
    internal sealed class Passed
    {
        [ColumnName(PassedColumn), VectorType]
        public float[] Values { get; set; } = [];
    }
}
