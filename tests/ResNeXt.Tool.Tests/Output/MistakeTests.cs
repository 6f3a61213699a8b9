using ResNeXt.Core.OnnxSessions;
using ResNeXt.Tool.Output;

namespace ResNeXt.Tool.Tests.Output;

public sealed class MistakeTests
{
    [Fact]
    public void Explain_OfAnExceptionOfOnnxRuntime_BlamesTheModel()
    {
        Exception? exception = Record.Exception(() => OnnxRuntimeAccess.Open([1]).Dispose());

        string? sentence = Mistake.Explain(exception!);

        Assert.StartsWith("ONNX Runtime cannot run the network of this model", sentence, StringComparison.Ordinal);
        Assert.EndsWith(exception!.Message, sentence, StringComparison.Ordinal);
        Assert.Equal(sentence, Mistake.Explain(new InvalidOperationException("Splitter/consolidator worker encountered exception", exception)));
    }

    [Fact]
    public void Explain_OfAWrappedMistake_IsThatOfTheMistake()
    {
        Assert.Equal("no", Mistake.Explain(new InvalidOperationException("outside", new AggregateException(new IOException("no")))));
        Assert.Equal("no", Mistake.Explain(new TypeInitializationException("Type", new DllNotFoundException("no"))));
        Assert.Equal("outside", Mistake.Explain(new InvalidOperationException("outside", new KeyNotFoundException())));
    }

    [Fact]
    public void Explain_OfAnErrorOfTheProgram_IsNull()
    {
        Assert.Null(Mistake.Explain(new KeyNotFoundException()));
        Assert.Null(Mistake.Explain(new OverflowException()));
        Assert.Null(Mistake.Explain(new TypeInitializationException("Type", new KeyNotFoundException())));
    }
}
