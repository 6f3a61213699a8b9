using System.Collections.Frozen;

namespace ResNeXt.Core.Weights.PyTorch;

/// <summary>A Python name that a weights file may refer to. There are no others: none is looked up, imported or executed.</summary>
/// <param name="Kind">What stands for it here.</param>
/// <param name="Name">Module and name, for example <c>torch._utils._rebuild_tensor_v2</c>.</param>
/// <param name="Elements">The element type of a storage; null for other kinds.</param>
internal sealed record PickleGlobal(PickleGlobalKind Kind, string Name, ElementType? Elements = null)
{
    private static readonly FrozenDictionary<string, PickleGlobal> Allowed = new PickleGlobal[]
    {
        new(PickleGlobalKind.OrderedDict, "collections.OrderedDict"),
        new(PickleGlobalKind.RebuildTensor, "torch._utils._rebuild_tensor"),
        new(PickleGlobalKind.RebuildTensor, "torch._utils._rebuild_tensor_v2"),
        new(PickleGlobalKind.RebuildParameter, "torch._utils._rebuild_parameter"),
        new(PickleGlobalKind.Size, "torch.Size"),
        Storage("torch.FloatStorage", ElementType.Float32),
        Storage("torch.DoubleStorage", ElementType.Float64),
        Storage("torch.HalfStorage", ElementType.Float16),
        Storage("torch.BFloat16Storage", ElementType.BFloat16),
        Storage("torch.LongStorage", ElementType.Other("int64", 8)),
        Storage("torch.IntStorage", ElementType.Other("int32", 4)),
        Storage("torch.ShortStorage", ElementType.Other("int16", 2)),
        Storage("torch.CharStorage", ElementType.Other("int8", 1)),
        Storage("torch.ByteStorage", ElementType.Other("uint8", 1)),
        Storage("torch.BoolStorage", ElementType.Other("bool", 1)),
        Storage("torch.UntypedStorage", ElementType.Other("untyped bytes", 1)),
        Storage("torch.storage.UntypedStorage", ElementType.Other("untyped bytes", 1)),
    }.ToFrozenDictionary(global => global.Name, StringComparer.Ordinal);

    /// <summary>The allowed name.</summary>
    /// <exception cref="InvalidDataException">It is not allowed; the message names it.</exception>
    public static PickleGlobal Find(string module, string name, PickleInput input) =>
        Allowed.GetValueOrDefault($"{module}.{name}") ?? throw input.Refuse(
            $"asks for the Python object {Quoted.Name($"{module}.{name}")}, which is not allowed in a weights file; nothing of it was executed. "
            + "If you trust the file, load it with PyTorch and save its state_dict alone.");

    private static PickleGlobal Storage(string name, ElementType elements) => new(PickleGlobalKind.Storage, name, elements);
}

/// <summary>What stands for an allowed Python name.</summary>
internal enum PickleGlobalKind
{
    /// <summary>A dictionary.</summary>
    OrderedDict,

    /// <summary>A view of a storage.</summary>
    RebuildTensor,

    /// <summary>The tensor that it is given.</summary>
    RebuildParameter,

    /// <summary>The tuple that it is given.</summary>
    Size,

    /// <summary>The element type of a storage; it cannot be called.</summary>
    Storage,
}
