using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using ResNeXt.Core.Tensors;
using ResNeXt.MLNet.Images;
using ResNeXt.MLNet.TemporaryFiles;

namespace ResNeXt.MLNet.Scoring.Mappings;

/// <summary>
/// Ends the part of a pipeline that ML.NET runs on one thread, which <see cref="SerialScoringStart"/> begins; it passes on the network's values. ONNX
/// Runtime uses all cores for one image already: if ML.NET called its session from several threads, they would oversubscribe the CPU, which costs a
/// fifth of the speed on two cores.
/// </summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class SerialScoringEnd : CustomMappingFactory<SerialScoringEnd.Computed, SerialScoringEnd.Passed>
{
    /// <summary>Part of saved models, in which this mapping had another name: never changed.</summary>
    public const string ContractName = "ResNeXt.MLNet.OneByOne";

    /// <summary>The column with the network's values. Part of saved models: never changed.</summary>
    public const string ComputedColumn = "ResNeXt.Computed";

    /// <summary>The column with the same values after this step. Part of saved models: never changed.</summary>
    public const string PassedColumn = "ResNeXt.Passed";

    public override Action<Computed, Passed> GetMapping()
    {
        LoadedModels.DeleteAtExit();
        return static (computed, passed) => passed.Values = WeightValues.AreFinite(computed.Values) ? computed.Values
            : throw new InvalidDataException("The network computes values that are not finite for this row: its pixels are not finite, or the "
                + "weights are damaged. Check the pixels, or train or download the model again.");
    }

    /// <summary>The input columns.</summary>
    internal sealed class Computed
    {
        [ColumnName(ComputedColumn), VectorType]
        public float[] Values { get; set; } = [];

        // Not read; asking for the column is what keeps the steps in between on one thread.
        [ColumnName(SerialScoringStart.Column), AnyImageType]
        public MLImage? Nothing { get; set; }
    }

    /// <summary>The output columns.</summary>
    internal sealed class Passed
    {
        [ColumnName(PassedColumn), VectorType]
        public float[] Values { get; set; } = [];
    }
}
