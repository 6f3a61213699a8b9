namespace ResNeXt.Core.Networks;

/// <summary>One layer of a network: what it gives and costs for one image.</summary>
/// <param name="Name">Its name, for example <c>layer1.0.conv2</c>; its tensors begin with it.</param>
/// <param name="Kind">What it computes, for example <c>Convolution 3x3, 32 groups</c>.</param>
/// <param name="OutputShape">Channels, height and width; only the number of values behind the last pooling.</param>
public sealed record LayerSummary(string Name, string Kind, IReadOnlyList<int> OutputShape)
{
    /// <summary>Its trained parameters.</summary>
    public long Parameters { get; init; }

    /// <summary>Its multiply-adds, each counted as one; only convolutions and fully connected layers have any, as the papers count them.</summary>
    public long MultiplyAdds { get; init; }

    /// <summary>Memory of its output in float32; 0 where it overwrites its input or is a view of it.</summary>
    public long ActivationBytes { get; init; }
}
