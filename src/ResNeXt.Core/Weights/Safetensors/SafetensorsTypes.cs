using System.Collections.Frozen;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Weights.Safetensors;

/// <summary>The element types of the safetensors format.</summary>
internal static class SafetensorsTypes
{
    // The sizes of unsupported types are needed to skip tensors such as num_batches_tracked.
    private static readonly FrozenDictionary<string, ElementType> ByName = new Dictionary<string, ElementType>(StringComparer.Ordinal)
    {
        ["F64"] = ElementType.Float64,
        ["F32"] = ElementType.Float32,
        ["F16"] = ElementType.Float16,
        ["BF16"] = ElementType.BFloat16,
        ["BOOL"] = ElementType.Other("BOOL", 1),
        ["U8"] = ElementType.Other("U8", 1),
        ["I8"] = ElementType.Other("I8", 1),
        ["F8_E4M3"] = ElementType.Other("F8_E4M3", 1),
        ["F8_E5M2"] = ElementType.Other("F8_E5M2", 1),
        ["U16"] = ElementType.Other("U16", 2),
        ["I16"] = ElementType.Other("I16", 2),
        ["U32"] = ElementType.Other("U32", 4),
        ["I32"] = ElementType.Other("I32", 4),
        ["U64"] = ElementType.Other("U64", 8),
        ["I64"] = ElementType.Other("I64", 8),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Gets the type with the given name, or null.</summary>
    public static ElementType? Find(string name) => ByName.GetValueOrDefault(name);
}
