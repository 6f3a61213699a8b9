namespace ResNeXt.Core.Weights.PyTorch.Pickle;

/// <summary>The stack on which a pickle builds its objects, with the marks that delimit groups and the memo of objects used again.</summary>
internal sealed class PickleStack(PickleInput input)
{
    private readonly List<object?> _values = [];
    private readonly Stack<int> _marks = [];
    private readonly Dictionary<long, object?> _memo = [];

    // A group's values are out of reach until its mark is closed, as in Python.
    private int Floor => _marks.TryPeek(out int mark) ? mark : 0;

    public void Push(object? value) => _values.Add(value);

    public void Mark() => _marks.Push(_values.Count);

    public object? Peek() => _values.Count > Floor ? _values[^1] : throw input.Damaged("takes more from its stack than it has put there");

    public object? Pop()
    {
        object? value = Peek();
        _values.RemoveAt(_values.Count - 1);
        return value;
    }

    /// <summary>The last values in the order in which they were pushed.</summary>
    public object?[] Pop(int count)
    {
        object?[] values = new object?[count];
        for (int i = count - 1; i >= 0; i--)
            values[i] = Pop();
        return values;
    }

    /// <summary>All values since the last mark, which is closed.</summary>
    public object?[] PopGroup()
    {
        if (!_marks.TryPop(out int mark))
            throw input.Damaged("closes a group that it has not opened");
        object?[] values = [.. _values.Skip(mark)];
        _values.RemoveRange(mark, _values.Count - mark);
        return values;
    }

    /// <summary>Notes the top value under a number.</summary>
    public void Remember(long index) => _memo[index] = Peek();

    /// <summary>Notes the top value under the next number.</summary>
    public void Remember() => Remember(_memo.Count);

    /// <summary>Pushes the value noted under a number.</summary>
    public void Recall(long index) =>
        Push(_memo.TryGetValue(index, out object? value) ? value : throw input.Damaged($"uses the object number {index}, which it has not noted"));
}
