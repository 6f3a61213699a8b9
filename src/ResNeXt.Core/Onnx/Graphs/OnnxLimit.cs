using static System.FormattableString;

namespace ResNeXt.Core.Onnx.Graphs;

/// <summary>The largest size of an ONNX model, which is one protobuf message whose length is a signed 32-bit integer.</summary>
internal static class OnnxLimit
{
    /// <summary>The largest size in bytes.</summary>
    public const long MostBytes = int.MaxValue;

    /// <summary>Throws if a model would be larger.</summary>
    /// <param name="model">A description of the model for the message.</param>
    /// <param name="bytes">The size of the model's largest parts together, in bytes.</param>
    /// <exception cref="InvalidOperationException">The model would be larger.</exception>
    public static void Check(string model, long bytes)
    {
        if (bytes <= MostBytes)
            return;
        throw new InvalidOperationException(Invariant($"{model} takes {bytes / 1e9:F2} GB; ")
            + Invariant($"an ONNX model, which is what is saved and scored, has at most {MostBytes / 1e9:F2} GB. ")
            + "Choose a narrower or shallower network, or fewer classes.");
    }
}
