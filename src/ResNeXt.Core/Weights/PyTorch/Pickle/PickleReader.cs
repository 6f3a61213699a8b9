using ResNeXt.Core.Files;
using ResNeXt.Core.Weights.PyTorch.Storages;

namespace ResNeXt.Core.Weights.PyTorch.Pickle;

/// <summary>
/// Reads a pickle, the format in which Python saves objects. It creates containers, numbers, strings, descriptions of tensors, and placeholders for
/// everything else. A pickle that refers to commands is refused. The reader does not recurse, so that deep nesting cannot exhaust the stack.
/// </summary>
/// <param name="input">The bytes of the pickle.</param>
/// <param name="findInTar">
/// Finds the tensor or storage of a persistent id in a tar archive; null for other files, whose pickles describe their storages.
/// </param>
internal sealed class PickleReader(PickleInput input, Func<object?, PickleInput, object>? findInTar = null)
{
    /// <summary>The largest accepted pickle, in bytes. The pickle of a network with a thousand tensors has 0.2 MB.</summary>
    public const int MaximumLength = 16_000_000;

    // The state of an optimizer for a thousand tensors takes 100,000 operations. Each takes up to about 100 bytes of memory, so this limits the
    // memory for a hostile file.
    private const int MaximumOperations = 500_000;

    private readonly PickleStack _stack = new(input);
    private readonly Dictionary<string, TensorStorage> _storages = new(StringComparer.Ordinal);
    private int _operations;

    /// <summary>The storages that the pickle refers to, by key.</summary>
    public IReadOnlyDictionary<string, TensorStorage> Storages => _storages;

    /// <summary>Reads the pickle to its end.</summary>
    /// <returns>
    /// The object that the pickle describes: null, bool, long, <see cref="System.Numerics.BigInteger"/>, double, string, object array (tuple), list,
    /// <see cref="PickleDictionary"/>, <see cref="TensorView"/>, <see cref="PickleParameter"/>, <see cref="StorageSlice"/> or
    /// <see cref="PickleGlobal"/>.
    /// </returns>
    /// <exception cref="InvalidDataException">The pickle is damaged, too long, or refers to something that is not allowed.</exception>
    public object? Read()
    {
        for (var code = (PickleOpcode)input.Byte(); code != PickleOpcode.Stop; code = (PickleOpcode)input.Byte())
        {
            Charge(1);
            bool done = PickleLiterals.TryPush(code, input, _stack) || PickleContainers.TryMove(code, input, _stack)
                || PickleContainers.TryBuild(code, input, _stack) || TryObject(code);
            if (!done)
                throw input.Damaged($"has the operation 0x{(byte)code:X2}, which torch.save does not write");
        }
        return _stack.Pop();
    }

    private bool TryObject(PickleOpcode code)
    {
        switch (code)
        {
            case PickleOpcode.Proto: CheckProtocol(input.Byte()); return true;
            case PickleOpcode.Frame: input.UInt64(); return true;
            case PickleOpcode.Global: _stack.Push(FindGlobal(input.Line(), input.Line())); return true;
            case PickleOpcode.StackGlobal: StackGlobal(); return true;
            case PickleOpcode.Reduce or PickleOpcode.NewObj: Reduce(_stack.Pop(2)); return true;
            case PickleOpcode.NewObjEx: Reduce(_stack.Pop(3)[..2]); return true;
            case PickleOpcode.Inst: Call(FindGlobal(input.Line(), input.Line()), _stack.PopGroup()); return true;
            case PickleOpcode.Obj: CallGroup(); return true;
            case PickleOpcode.Build: Build(); return true;
            case PickleOpcode.BinPersId: _stack.Push(FindPersistent(_stack.Pop())); return true;
            default: return false;
        }
    }

    private void CheckProtocol(byte protocol)
    {
        if (protocol > 5)
            throw input.Damaged($"has protocol {protocol}; 0 to 5 are accepted");
    }

    private void StackGlobal()
    {
        if (_stack.Pop(2) is not [string module, string name])
            throw input.Damaged("names a Python object by something other than texts");
        _stack.Push(FindGlobal(module, name));
    }

    private void Reduce(object?[] call)
    {
        if (call is not [var callable, object?[] arguments])
            throw input.Damaged("calls a function with something other than a tuple");
        Call(callable, arguments);
    }

    private void CallGroup()
    {
        object?[] group = _stack.PopGroup();
        Call(group.FirstOrDefault(), [.. group.Skip(1)]);
    }

    private void Call(object? callable, object?[] arguments)
    {
        // A call copies a list, and a pickle can pass the same list again and again.
        foreach (object? argument in arguments.Take(1))
            Charge((argument as List<object?>)?.Count ?? 0);
        _stack.Push(PickleCalls.Call(callable, arguments, input));
    }

    // The attribute _metadata of a state dict is not needed.
    private void Build()
    {
        object? state = _stack.Pop();
        object? target = _stack.Peek();
        if (target is PickleParameter parameter)
            parameter.SetState(state, input);
        else if (target is PickleDictionary { ClassName: not null } foreign)
            foreign.Attributes = (state is object?[] parts ? parts.FirstOrDefault() : state) as PickleDictionary;
        else if (target is not PickleDictionary)
            throw input.Damaged("sets attributes of something that has none");
    }

    private PickleGlobal FindGlobal(string module, string name) => PickleGlobal.Find(module, name, findInTar is not null, input);

    private object FindPersistent(object? id)
    {
        if (findInTar is not null)
            return findInTar(id, input);
        // Files of whole models refer to the source code of each class in this way.
        if (id is object?[] named && named is ["module", PickleGlobal { Kind: PickleGlobalKind.Foreign } type, _, _])
            return type;
        StorageSlice slice = PickleCalls.FindStorage(id, input);
        if (!_storages.TryAdd(slice.Storage.Key, slice.Storage) && _storages[slice.Storage.Key] != slice.Storage)
            throw input.Damaged($"describes the storage {Quoted.Name(slice.Storage.Key)} in two ways");
        return slice;
    }

    private void Charge(int operations)
    {
        _operations += operations;
        if (_operations > MaximumOperations)
            throw input.Refuse($"describes its tensors in more than {MaximumOperations} steps; that is no state_dict. "
                + "Save the state_dict alone with torch.save.");
    }
}
