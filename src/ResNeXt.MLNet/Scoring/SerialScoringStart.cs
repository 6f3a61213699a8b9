using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet.Scoring;

/// <summary>
/// Adds a column without content that keeps the steps behind it on one thread, up to the one that asks for the column (<see cref="SerialScoringEnd"/>): ML.NET
/// does not split the rows of a mapping that has a state, nor rows with a column that it cannot buffer, such as images. The steps before it, decoding for
/// example, are split as ever.
/// </summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class SerialScoringStart : StatefulCustomMappingFactory<SerialScoringStart.Before, SerialScoringStart.After, SerialScoringStart.NoState>
{
    /// <summary>Part of saved models: never changed.</summary>
    public const string ContractName = "ResNeXt.MLNet.Turn";

    /// <summary>The column. Part of saved models: never changed.</summary>
    public const string Column = "ResNeXt.Turn";

    public override Action<Before, After, NoState> GetMapping() => static (_, _, _) => { };

    public override Action<NoState> GetStateInitAction() => static _ => { };

    /// <summary>A row before, of which nothing is asked.</summary>
    internal sealed class Before
    {
    }

    /// <summary>A row after. There is no image.</summary>
    internal sealed class After
    {
        [ColumnName(Column), AnyImageType]
        public MLImage? Nothing { get; set; }
    }

    /// <summary>Having one is what counts.</summary>
    internal sealed class NoState
    {
    }
}
