namespace ResNeXt.Benchmarks.Profiling;

/// <summary>What the network computes together with a batch normalization.</summary>
internal enum Fusion
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The ReLU after it.</summary>
    Relu,

    /// <summary>The ReLU and the max pooling after it.</summary>
    ReluAndMaxPooling,

    /// <summary>The addition of the shortcut and the ReLU after it.</summary>
    AdditionAndRelu,
}
