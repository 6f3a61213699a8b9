using System.Collections.Frozen;
using ResNeXt.Core.Files;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Weights.PyTorch.Pickle;

/// <summary>
/// A Python name that a weights file refers to. None is looked up, imported or executed: a few have a meaning here, all others are placeholders,
/// which training scripts leave beside the tensors (arguments, counters, devices, paths). Names by which Python would run commands refuse the whole
/// file.
/// </summary>
/// <param name="Kind">The meaning of the name here.</param>
/// <param name="Name">Module and name, for example <c>torch._utils._rebuild_tensor_v2</c>.</param>
/// <param name="Elements">The element type of a storage or a tensor; null for other kinds.</param>
internal sealed record PickleGlobal(PickleGlobalKind Kind, string Name, ElementType? Elements = null)
{
    // Those that are types of storages and, in tar archives, of tensors.
    private static readonly (string Name, ElementType Elements)[] ElementTypes =
    [
        ("Float", ElementType.Float32),
        ("Double", ElementType.Float64),
        ("Half", ElementType.Float16),
        ("BFloat16", ElementType.BFloat16),
        ("Long", ElementType.Other("int64", 8)),
        ("Int", ElementType.Other("int32", 4)),
        ("Short", ElementType.Other("int16", 2)),
        ("Char", ElementType.Other("int8", 1)),
        ("Byte", ElementType.Other("uint8", 1)),
        ("Bool", ElementType.Other("bool", 1)),
    ];

    private static readonly FrozenDictionary<string, PickleGlobal> Allowed = new PickleGlobal[]
    {
        new(PickleGlobalKind.OrderedDict, "collections.OrderedDict"),
        new(PickleGlobalKind.RebuildTensor, "torch._utils._rebuild_tensor"),
        new(PickleGlobalKind.RebuildTensor, "torch._utils._rebuild_tensor_v2"),
        new(PickleGlobalKind.RebuildTypedTensor, "torch._utils._rebuild_tensor_v3"),
        new(PickleGlobalKind.RebuildParameter, "torch._utils._rebuild_parameter"),
        new(PickleGlobalKind.RebuildParameter, "torch._utils._rebuild_parameter_with_state"),
        new(PickleGlobalKind.RebuildFromType, "torch._tensor._rebuild_from_type"),
        new(PickleGlobalKind.RebuildFromType, "torch._tensor._rebuild_from_type_v2"),
        new(PickleGlobalKind.Size, "torch.Size"),
        new(PickleGlobalKind.Storage, "torch.UntypedStorage", ElementType.Other("untyped bytes", 1)),
        new(PickleGlobalKind.Storage, "torch.storage.UntypedStorage", ElementType.Other("untyped bytes", 1)),
    }
    .Concat(ElementTypes.Select(type => new PickleGlobal(PickleGlobalKind.Storage, $"torch.{type.Name}Storage", type.Elements)))
    .Concat(ElementTypes.Select(type => new PickleGlobal(PickleGlobalKind.ElementType, $"torch.{type.Elements.Name}", type.Elements)))
    .ToFrozenDictionary(global => global.Name, StringComparer.Ordinal);

    // What else the first versions of PyTorch wrote. A tensor's type names its device as well; a storage's does not.
    private static readonly FrozenDictionary<string, PickleGlobal> AllowedInTar = ElementTypes
        .SelectMany(type => new[] { $"torch.{type.Name}Tensor", $"torch.cuda.{type.Name}Tensor" }
            .Select(name => new PickleGlobal(PickleGlobalKind.TensorType, name, type.Elements)))
        .Append(new PickleGlobal(PickleGlobalKind.Parameter, "torch.nn.parameter.Parameter"))
        .Concat(Allowed.Values.Where(global => global.Kind is PickleGlobalKind.OrderedDict or PickleGlobalKind.Size or PickleGlobalKind.Storage))
        .ToFrozenDictionary(global => global.Name, StringComparer.Ordinal);

    /// <summary>What a name means here; a placeholder where it means nothing.</summary>
    /// <exception cref="InvalidDataException">
    /// Python would run commands by it, or it is not one of the few in a tar archive; the message names it.
    /// </exception>
    public static PickleGlobal Find(string module, string name, bool isTar, PickleInput input)
    {
        string whole = $"{module}.{name}";
        if ((isTar ? AllowedInTar : Allowed).TryGetValue(whole, out PickleGlobal? known))
            return known;
        return isTar || CommandNames.Include(module, name) ? throw input.Refuse(
                $"asks for the Python object {Quoted.Name(whole)}, which is not allowed in a weights file; nothing of it was executed. "
                + "If you trust the file, load it with PyTorch and save its state_dict alone.")
            : new PickleGlobal(PickleGlobalKind.Foreign, whole);
    }
}

/// <summary>What a Python name means here.</summary>
internal enum PickleGlobalKind
{
    /// <summary>A dictionary.</summary>
    OrderedDict,

    /// <summary>A view of a storage.</summary>
    RebuildTensor,

    /// <summary>A view of a storage of bytes, with the type of its elements.</summary>
    RebuildTypedTensor,

    /// <summary>What another of these makes of its arguments: a tensor of a class of its own.</summary>
    RebuildFromType,

    /// <summary>The type of a tensor's elements, such as <c>torch.float32</c>; it cannot be called.</summary>
    ElementType,

    /// <summary>Any other name: calling it makes an object without meaning.</summary>
    Foreign,

    /// <summary>The tensor that it is given.</summary>
    RebuildParameter,

    /// <summary>The tuple that it is given.</summary>
    Size,

    /// <summary>The element type of a storage; it cannot be called.</summary>
    Storage,

    /// <summary>The element type of a tensor; it cannot be called. In tar archives only.</summary>
    TensorType,

    /// <summary>A parameter that is given its tensor later. In tar archives only.</summary>
    Parameter,
}
