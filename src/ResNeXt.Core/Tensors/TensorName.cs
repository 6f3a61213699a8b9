namespace ResNeXt.Core.Tensors;

/// <summary>What the name of a tensor says about it, in files of any format.</summary>
internal static class TensorName
{
    private const string BatchCounter = "num_batches_tracked";

    // The names of all that a layer of these networks learns or measures.
    private static readonly string[] OfLayers = ["weight", "bias", "running_mean", "running_var"];

    /// <summary>
    /// Whether integers under this name are no network's: counters of steps, updates or averaged models, places in queues.
    /// </summary>
    public static bool IsCounter(string name) => !OfLayers.Contains(name[(name.LastIndexOf('.') + 1)..]);

    /// <summary>Whether it is the integer in which a batch normalization counts its steps; scoring and training here do without it.</summary>
    public static bool IsBatchCounter(string name) =>
        name == BatchCounter || name.EndsWith("." + BatchCounter, StringComparison.Ordinal);
}
