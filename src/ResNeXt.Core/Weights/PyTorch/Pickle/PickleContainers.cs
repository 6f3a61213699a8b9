using System.Globalization;

namespace ResNeXt.Core.Weights.PyTorch.Pickle;

/// <summary>Executes the pickle operations that build tuples, lists and dictionaries, or move values between the stack and the memo.</summary>
/// <remarks>Tuples become arrays. Lists and sets become lists.</remarks>
internal static class PickleContainers
{
    /// <summary>Executes an operation. Returns false if the operation is of another kind.</summary>
    public static bool TryBuild(PickleOpcode code, PickleInput input, PickleStack stack)
    {
        switch (code)
        {
            case PickleOpcode.EmptyTuple: stack.Push(Array.Empty<object?>()); return true;
            case PickleOpcode.Tuple1: stack.Push(stack.Pop(1)); return true;
            case PickleOpcode.Tuple2: stack.Push(stack.Pop(2)); return true;
            case PickleOpcode.Tuple3: stack.Push(stack.Pop(3)); return true;
            case PickleOpcode.Tuple: stack.Push(stack.PopGroup()); return true;
            case PickleOpcode.EmptyList or PickleOpcode.EmptySet: stack.Push(new List<object?>()); return true;
            case PickleOpcode.List or PickleOpcode.FrozenSet: stack.Push(new List<object?>(stack.PopGroup())); return true;
            case PickleOpcode.Append: Extend(stack.Pop(1), input, stack); return true;
            case PickleOpcode.Appends or PickleOpcode.AddItems: Extend(stack.PopGroup(), input, stack); return true;
            case PickleOpcode.EmptyDict: stack.Push(new PickleDictionary()); return true;
            case PickleOpcode.Dict:
                object?[] pairs = stack.PopGroup();
                stack.Push(new PickleDictionary());
                Fill(pairs, input, stack);
                return true;
            case PickleOpcode.SetItem: Fill(stack.Pop(2), input, stack); return true;
            case PickleOpcode.SetItems: Fill(stack.PopGroup(), input, stack); return true;
            default: return false;
        }
    }

    /// <inheritdoc cref="TryBuild"/>
    public static bool TryMove(PickleOpcode code, PickleInput input, PickleStack stack)
    {
        switch (code)
        {
            case PickleOpcode.Mark: stack.Mark(); return true;
            case PickleOpcode.Pop: stack.Pop(); return true;
            case PickleOpcode.PopMark: stack.PopGroup(); return true;
            case PickleOpcode.Dup: stack.Push(stack.Peek()); return true;
            case PickleOpcode.Memoize: stack.Remember(); return true;
            case PickleOpcode.BinPut: stack.Remember(input.Byte()); return true;
            case PickleOpcode.LongBinPut: stack.Remember((uint)input.Int32()); return true;
            case PickleOpcode.Put: stack.Remember(MemoNumber(input)); return true;
            case PickleOpcode.BinGet: stack.Recall(input.Byte()); return true;
            case PickleOpcode.LongBinGet: stack.Recall((uint)input.Int32()); return true;
            case PickleOpcode.Get: stack.Recall(MemoNumber(input)); return true;
            default: return false;
        }
    }

    private static void Extend(object?[] values, PickleInput input, PickleStack stack)
    {
        // The contents of objects of other classes are not needed.
        if (stack.Peek() is PickleDictionary { ClassName: not null })
            return;
        if (stack.Peek() is not List<object?> list)
            throw input.Damaged("adds to something that is not a list");
        list.AddRange(values);
    }

    private static void Fill(object?[] keysAndValues, PickleInput input, PickleStack stack)
    {
        if (stack.Peek() is not PickleDictionary dictionary || keysAndValues.Length % 2 != 0)
            throw input.Damaged("adds something other than pairs to a dictionary");
        for (int i = 0; i < keysAndValues.Length; i += 2)
            dictionary.Add(keysAndValues[i], keysAndValues[i + 1]);
    }

    private static long MemoNumber(PickleInput input) =>
        uint.TryParse(input.Line(), NumberStyles.None, CultureInfo.InvariantCulture, out uint index)
            ? index
            : throw input.Damaged("numbers an object by something that is no number");
}
