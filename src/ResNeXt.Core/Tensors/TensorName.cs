namespace ResNeXt.Core.Tensors;

/// <summary>Classifies the tensors in a file by their names.</summary>
internal static class TensorName
{
    /// <summary>The most characters of a name. PyTorch's have some fifty; much longer ones would take much longer to compare.</summary>
    public const int MostCharacters = 1000;

    private const string BatchCounter = "num_batches_tracked";

    // The parameters and statistics of the layers of these networks.
    private static readonly string[] OfLayers = ["weight", "bias", "running_mean", "running_var"];

    /// <summary>
    /// Whether the name belongs to no parameter or statistic of a layer. Integer tensors with such a name, for example counters of steps or positions
    /// in queues, are skipped.
    /// </summary>
    public static bool IsCounter(string name) => !OfLayers.Contains(name[(name.LastIndexOf('.') + 1)..]);

    /// <summary>Whether the name belongs to the batch counter of a batch normalization layer, which this library does not use.</summary>
    public static bool IsBatchCounter(string name) =>
        name == BatchCounter || name.EndsWith("." + BatchCounter, StringComparison.Ordinal);
}
