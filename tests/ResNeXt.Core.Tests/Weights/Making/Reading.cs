using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights;

namespace ResNeXt.Core.Tests.Weights.Making;

/// <summary>Reads bytes as a weights file, with values of any kind, NaN too.</summary>
internal static class Reading
{
    public static StateDict Read(byte[] content)
    {
        using var file = new TemporaryFile(content);
        return WeightFile.ReadAnyValues(file.Path);
    }

    /// <summary>The message with which a file is refused, after a look at its form: it names the file and is one line.</summary>
    public static string Refusal(byte[] content)
    {
        using var file = new TemporaryFile(content);
        string message = Assert.Throws<InvalidDataException>(() => WeightFile.Read(file.Path)).Message;
        Assert.Contains(file.Path, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.True(message.Length < 600, message);
        return message;
    }

    public static float[] Values(this StateDict weights, string name) => weights.Tensors[name].Values.ToArray();
}
