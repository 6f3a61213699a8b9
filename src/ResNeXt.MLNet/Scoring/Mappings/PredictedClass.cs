using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using ResNeXt.MLNet.TemporaryFiles;

namespace ResNeXt.MLNet.Scoring.Mappings;

/// <summary>
/// Turns the class name that the ONNX model predicts, a vector of length one, into a scalar, which ML.NET expects of a predicted label. No stock
/// transformer does that.
/// </summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class PredictedClass : CustomMappingFactory<PredictedClass.Vector, PredictedClass.Scalar>
{
    /// <summary>Part of saved models: never changed.</summary>
    public const string ContractName = "ResNeXt.MLNet.PredictedClass";

    /// <summary>The column with the class name as a vector. Part of saved models: never changed.</summary>
    public const string VectorColumn = "ResNeXt.PredictedClasses";

    /// <summary>The column with the class name as a scalar. Part of saved models: never changed.</summary>
    public const string ScalarColumn = "ResNeXt.PredictedClass";

    public override Action<Vector, Scalar> GetMapping()
    {
        LoadedModels.DeleteAtExit();
        return static (vector, scalar) => scalar.Name = vector.Names[0];
    }

    /// <summary>The input columns.</summary>
    internal sealed class Vector
    {
        [ColumnName(VectorColumn), VectorType]
        public ReadOnlyMemory<char>[] Names { get; set; } = [];
    }

    /// <summary>The output columns.</summary>
    internal sealed class Scalar
    {
        [ColumnName(ScalarColumn)]
        public ReadOnlyMemory<char> Name { get; set; }
    }
}
