namespace ResNeXt.Core.Networks;

/// <summary>What stands before the first stage.</summary>
public enum StemKind
{
    /// <summary>A 7x7 convolution of stride 2 and a 3x3 max-pooling of stride 2, for large images.</summary>
    ImageNet,

    /// <summary>One 3x3 convolution of stride 1, for images of about 32 pixels.</summary>
    Cifar,
}
