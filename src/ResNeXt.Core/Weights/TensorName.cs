namespace ResNeXt.Core.Weights;

/// <summary>What the name of a tensor tells, whatever file it stands in.</summary>
internal static class TensorName
{
    private const string BatchCounter = "num_batches_tracked";

    /// <summary>Whether it is the integer in which a batch normalisation counts its steps; scoring and training here do without it.</summary>
    public static bool IsBatchCounter(string name) =>
        name == BatchCounter || name.EndsWith("." + BatchCounter, StringComparison.Ordinal);
}
