namespace ResNeXt.Core.Onnx.Parsing;

/// <summary>The fields of an ONNX message that take more memory than they take bytes in a file, by their numbers in <c>onnx.proto</c>.</summary>
/// <remarks>
/// The descriptors that Protobuf generates say the same, but making them takes a tenth of a second in a new process. A test compares both.
/// </remarks>
/// <param name="PackedIntegers">The fields with many integers, of a byte or more each.</param>
/// <param name="Messages">The fields with messages.</param>
internal sealed record MessageFields(int[] PackedIntegers, IReadOnlyDictionary<int, MessageFields> Messages)
{
    /// <summary>The fields of a model.</summary>
    public static MessageFields Model { get; } = OfModel();

    private static MessageFields OfModel()
    {
        MessageFields leaf = Of();
        MessageFields shape = Of((1, leaf)), type = Of((1, Of((2, shape)))), valueInfo = Of((2, type));
        MessageFields tensor = Of() with { PackedIntegers = [1, 5, 7] }, attribute = Of((5, tensor)) with { PackedIntegers = [8] };
        MessageFields graph = Of((1, Of((5, attribute))), (5, tensor), (11, valueInfo), (12, valueInfo));
        return Of((7, graph), (8, leaf), (14, leaf));
    }

    private static MessageFields Of(params (int Number, MessageFields Message)[] messages)
    {
        var byNumber = new Dictionary<int, MessageFields>();
        foreach ((int number, MessageFields message) in messages)
            byNumber.Add(number, message);
        return new([], byNumber);
    }
}
