using System.Collections.Frozen;
using ResNeXt.Core.Files;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Weights.PyTorch.Pickle;

/// <summary>
/// A Python name in a weights file. Names are never imported or executed. A few describe tensors; all others become placeholders for objects that
/// training scripts save with the tensors (arguments, counters, devices, paths). A file with a name that can run commands is refused.
/// </summary>
/// <param name="Kind">The meaning of the name.</param>
/// <param name="Name">The module and the name, for example <c>torch._utils._rebuild_tensor_v2</c>.</param>
/// <param name="Elements">The element type of a storage or a tensor; null for other kinds.</param>
internal sealed record PickleGlobal(PickleGlobalKind Kind, string Name, ElementType? Elements = null)
{
    // The types of storages and, in tar archives, of tensors.
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

    // Additional names that the first versions of PyTorch wrote. The type of a tensor includes its device; the type of a storage does not.
    private static readonly FrozenDictionary<string, PickleGlobal> AllowedInTar = ElementTypes
        .SelectMany(type => new[] { $"torch.{type.Name}Tensor", $"torch.cuda.{type.Name}Tensor" }
            .Select(name => new PickleGlobal(PickleGlobalKind.TensorType, name, type.Elements)))
        .Append(new PickleGlobal(PickleGlobalKind.Parameter, "torch.nn.parameter.Parameter"))
        .Concat(Allowed.Values.Where(global => global.Kind is PickleGlobalKind.OrderedDict or PickleGlobalKind.Size or PickleGlobalKind.Storage))
        .ToFrozenDictionary(global => global.Name, StringComparer.Ordinal);

    /// <summary>Gets the meaning of a name, which is a placeholder for most names.</summary>
    /// <exception cref="InvalidDataException">
    /// The name can run commands, or it is not one of the few that are allowed in a tar archive; the message contains it.
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

/// <summary>The meaning of a Python name.</summary>
internal enum PickleGlobalKind
{
    /// <summary>A dictionary.</summary>
    OrderedDict,

    /// <summary>A view of a storage.</summary>
    RebuildTensor,

    /// <summary>A view of a storage of bytes, with the type of its elements.</summary>
    RebuildTypedTensor,

    /// <summary>A tensor subclass: its arguments name the function that rebuilds it.</summary>
    RebuildFromType,

    /// <summary>The type of a tensor's elements, such as <c>torch.float32</c>; it cannot be called.</summary>
    ElementType,

    /// <summary>Any other name. Calling it creates a placeholder.</summary>
    Foreign,

    /// <summary>A parameter: the tensor in its arguments.</summary>
    RebuildParameter,

    /// <summary>A <c>torch.Size</c>: the tuple in its arguments.</summary>
    Size,

    /// <summary>The element type of a storage; it cannot be called.</summary>
    Storage,

    /// <summary>The element type of a tensor; it cannot be called. In tar archives only.</summary>
    TensorType,

    /// <summary>A parameter whose tensor is set later. In tar archives only.</summary>
    Parameter,
}
