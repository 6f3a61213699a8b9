using static System.FormattableString;

namespace ResNeXt.Core.Onnx.Graphs;

/// <summary>The largest size of an ONNX model: it is one protobuf message, whose length is a signed number of 32 bits.</summary>
internal static class OnnxLimit
{
    /// <summary>The most bytes.</summary>
    public const long MostBytes = int.MaxValue;

    /// <summary>Refuses a model that would have more.</summary>
    /// <param name="model">What it is, in words.</param>
    /// <param name="bytes">What its largest parts take together.</param>
    /// <exception cref="InvalidOperationException">They take more.</exception>
    public static void Check(string model, long bytes)
    {
        if (bytes <= MostBytes)
            return;
        throw new InvalidOperationException(Invariant($"{model} takes {bytes / 1e9:F2} GB; ")
            + Invariant($"an ONNX model, which is what is saved and scored, has at most {MostBytes / 1e9:F2} GB. ")
            + "Choose a narrower or shallower network, or fewer classes.");
    }
}
