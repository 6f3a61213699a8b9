namespace ResNeXt.Benchmarks.Profiling;

/// <summary>What the network computes together with a batch normalisation.</summary>
internal enum Fusion
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The ReLU behind it.</summary>
    Relu,

    /// <summary>The ReLU and the max pooling behind it.</summary>
    ReluAndMaxPooling,

    /// <summary>The addition of the shortcut and the ReLU behind it.</summary>
    AdditionAndRelu,
}
