using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using ResNeXt.MLNet.Images;

namespace ResNeXt.MLNet.Scoring.Mappings;

/// <summary>
/// Begins the part of a pipeline that ML.NET runs on one thread; it ends with <see cref="SerialScoringEnd"/>. The steps before it, such as decoding,
/// still run on several threads.
/// </summary>
/// <remarks>
/// ML.NET does not distribute rows to threads after a mapping with a state, as long as a later step asks for a column that it cannot buffer, such as
/// images. This mapping has an empty state and adds such a column, without content.
/// </remarks>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class SerialScoringStart
    : StatefulCustomMappingFactory<SerialScoringStart.Before, SerialScoringStart.After, SerialScoringStart.NoState>
{
    /// <summary>Part of saved models, in which this mapping had another name: never changed.</summary>
    public const string ContractName = "ResNeXt.MLNet.Turn";

    /// <summary>The column without content. Part of saved models: never changed.</summary>
    public const string Column = "ResNeXt.Turn";

    // Empty on purpose: a stateful mapping keeps ML.NET on one thread.
    public override Action<Before, After, NoState> GetMapping() => static (_, _, _) => { };

    public override Action<NoState> GetStateInitAction() => static _ => { };

    /// <summary>No input columns.</summary>
    internal sealed class Before
    {
    }

    /// <summary>The output column, which stays null.</summary>
    internal sealed class After
    {
        [ColumnName(Column), AnyImageType]
        public MLImage? Nothing { get; set; }
    }

    /// <summary>An empty state: having one is what counts.</summary>
    internal sealed class NoState
    {
    }
}
