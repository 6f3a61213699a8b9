using System.Runtime.InteropServices;
using ResNeXt.Core.Files;
using ResNeXt.Core.Onnx.Schema;
using ResNeXt.Core.Tensors;
using static ResNeXt.Core.Onnx.Schema.TensorProto.Types;

namespace ResNeXt.Core.Onnx.Import.Graphs;

/// <summary>Reads the values of constants, which are bytes (<c>raw_data</c>) or numbers (<c>float_data</c>, <c>int64_data</c>, ...).</summary>
internal static class TensorData
{
    private const int MostIntegers = 1 << 14;

    /// <summary>Checks that a constant is in the file, and that it has the values for its shape.</summary>
    /// <exception cref="InvalidDataException">The values are in another file, or their number does not match the shape.</exception>
    public static void Check(TensorProto tensor)
    {
        if (tensor.ExternalData.Count > 0 || tensor.DataLocation != 0)
        {
            throw new InvalidDataException($"keeps the values of {Quoted.Name(tensor.Name)} in another file (external data), which is not read. "
                + "Export the model with its weights inside, as a single .onnx file below 2 GB: in PyTorch with torch.onnx.export(..., external_data=False).");
        }
        if (tensor.Dims.Count > TensorShape.MaximumRank || !TensorShape.TryLength(tensor.Dims, out int length) || (IsRead(tensor) && Count(tensor) != length))
        {
            throw new InvalidDataException($"does not have the values for the constant {Quoted.Name(tensor.Name)} of the shape "
                + $"{TensorShape.Text(tensor.Dims.Take(TensorShape.MaximumRank))}; it is damaged. Download or save it again.");
        }
    }

    /// <summary>Gets floating-point values as float32; null if the tensor has another type.</summary>
    public static WeightTensor? Floats(TensorProto tensor)
    {
        float[]? values = (tensor.DataType, tensor.RawData.IsEmpty) switch
        {
            (DataType.Float, true) => [.. tensor.FloatData],
            (DataType.Float, false) => Convert(tensor, ElementType.Float32),
            (DataType.Double, true) => [.. tensor.DoubleData.Select(value => (float)value)],
            (DataType.Double, false) => Convert(tensor, ElementType.Float64),
            _ => null,
        };
        return values is null ? null : new WeightTensor([.. tensor.Dims.Select(size => (int)size)], values);
    }

    /// <summary>
    /// Gets integers, which are sizes and steps; null if the tensor has another type or more values than the graph of a network has of them.
    /// </summary>
    public static long[]? Integers(TensorProto tensor) => (tensor.DataType, tensor.RawData.IsEmpty) switch
    {
        _ when Count(tensor) > MostIntegers => null,
        (DataType.Int64, true) => [.. tensor.Int64Data],
        (DataType.Int64, false) => MemoryMarshal.Cast<byte, long>(tensor.RawData.Span).ToArray(),
        (DataType.Int32, true) => [.. tensor.Int32Data],
        (DataType.Int32, false) => [.. MemoryMarshal.Cast<byte, int>(tensor.RawData.Span).ToArray()],
        _ => null,
    };

    private static bool IsRead(TensorProto tensor) => Size(tensor.DataType) > 0;

    private static int Size(DataType type) => type switch
    {
        DataType.Float or DataType.Int32 => 4,
        DataType.Double or DataType.Int64 => 8,
        _ => 0,
    };

    private static int Count(TensorProto tensor)
    {
        int size = Size(tensor.DataType);
        if (!tensor.RawData.IsEmpty && size > 0)
            return tensor.RawData.Length % size == 0 ? tensor.RawData.Length / size : -1;
        return tensor.DataType switch
        {
            DataType.Float => tensor.FloatData.Count,
            DataType.Double => tensor.DoubleData.Count,
            DataType.Int32 => tensor.Int32Data.Count,
            _ => tensor.Int64Data.Count,
        };
    }

    private static float[] Convert(TensorProto tensor, ElementType type)
    {
        var values = new float[tensor.RawData.Length / type.Size];
        type.ToFloat(tensor.RawData.Span, values);
        return values;
    }
}
