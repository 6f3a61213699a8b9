using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using ResNeXt.MLNet.TemporaryFiles;

namespace ResNeXt.MLNet.Scoring;

/// <summary>
/// ONNX gives the class name as a vector of length one, which no stock transformer turns into
/// the scalar that ML.NET's users expect of a predicted label.
/// </summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class PredictedClass : CustomMappingFactory<PredictedClass.Vector, PredictedClass.Scalar>
{
    /// <summary>Part of saved models: never changed.</summary>
    public const string ContractName = "ResNeXt.MLNet.PredictedClass";

    /// <summary>The class name as ONNX gives it. Part of saved models: never changed.</summary>
    public const string VectorColumn = "ResNeXt.PredictedClasses";

    /// <summary>The class name as a scalar. Part of saved models: never changed.</summary>
    public const string ScalarColumn = "ResNeXt.PredictedClass";

    public override Action<Vector, Scalar> GetMapping()
    {
        LoadedModels.DeleteAtExit();
        return static (vector, scalar) => scalar.Name = vector.Names[0];
    }

    /// <summary>A row before.</summary>
    internal sealed class Vector
    {
        [ColumnName(VectorColumn), VectorType]
        public ReadOnlyMemory<char>[] Names { get; set; } = [];
    }

    /// <summary>A row after.</summary>
    internal sealed class Scalar
    {
        [ColumnName(ScalarColumn)]
        public ReadOnlyMemory<char> Name { get; set; }
    }
}
