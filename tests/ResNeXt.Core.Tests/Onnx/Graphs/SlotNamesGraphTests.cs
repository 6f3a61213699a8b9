using Microsoft.ML.OnnxRuntime;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Graphs;

namespace ResNeXt.Core.Tests.Onnx.Graphs;

public sealed class SlotNamesGraphTests
{
    private static readonly string[] Names = ["cat", "dog", "owl"];

    [Fact]
    public void Write_OfNames_HandsValuesOnAndNamesTheLargest()
    {
        using var session = new InferenceSession(SlotNamesGraph.Write(Names, "in", "out", "largest"));
        using OrtValue input = OrtValue.CreateTensorValueFromMemory([0.1f, 0.7f, 0.2f, 3f, 2f, -1f], [2, 3]);
        using var run = new RunOptions();

        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, ["in"], [input], ["out", "largest"]);

        Assert.Equal([0.1f, 0.7f, 0.2f, 3f, 2f, -1f], outputs[0].GetTensorDataAsSpan<float>().ToArray());
        Assert.Equal([2, 3], outputs[0].GetTensorTypeAndShape().Shape);
        Assert.Equal(["dog", "cat"], outputs[1].GetStringTensorAsArray());
    }

    [Fact]
    public void Write_OfNames_IsNoClassifier() => Assert.False(OnnxReader.Recognizes(SlotNamesGraph.Write(Names, "in", "out", "largest")));

    [Theory]
    [InlineData("in", "in", "largest")]
    [InlineData("in", "out", "")]
    public void Write_WithTensorsThatAreNotCalledDifferently_Throws(string input, string output, string largest) =>
        Assert.Contains("called differently", Assert.Throws<ArgumentException>(() => SlotNamesGraph.Write(Names, input, output, largest)).Message);

    [Fact]
    public void Write_WithoutNames_Throws() => Assert.Throws<ArgumentException>(() => SlotNamesGraph.Write([], "in", "out", "largest"));
}
