namespace ResNeXt.Core.Weights.PyTorch.Pickle;

/// <summary>
/// The stack on which a pickle builds its objects, with the marks that begin groups of values, and the memo of objects that are used again.
/// </summary>
internal sealed class PickleStack(PickleInput input)
{
    private readonly List<object?> _values = [];
    private readonly Stack<int> _marks = [];
    private readonly Dictionary<long, object?> _memo = [];

    // Values below the last mark are out of reach until the group is closed, as in Python.
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

    /// <summary>Pops the last values, in the order in which they were pushed.</summary>
    public object?[] Pop(int count)
    {
        object?[] values = new object?[count];
        for (int i = count - 1; i >= 0; i--)
            values[i] = Pop();
        return values;
    }

    /// <summary>Pops all values since the last mark, and the mark.</summary>
    public object?[] PopGroup()
    {
        if (!_marks.TryPop(out int mark))
            throw input.Damaged("closes a group that it has not opened");
        object?[] values = [.. _values.Skip(mark)];
        _values.RemoveRange(mark, _values.Count - mark);
        return values;
    }

    /// <summary>Stores the top value in the memo.</summary>
    public void Remember(long index) => _memo[index] = Peek();

    /// <summary>Stores the top value in the memo, with the next index.</summary>
    public void Remember() => Remember(_memo.Count);

    /// <summary>Pushes a value from the memo.</summary>
    public void Recall(long index) =>
        Push(_memo.TryGetValue(index, out object? value) ? value : throw input.Damaged($"uses the object number {index}, which it has not noted"));
}
