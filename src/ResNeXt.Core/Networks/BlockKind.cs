namespace ResNeXt.Core.Networks;

/// <summary>The kinds of residual block.</summary>
public enum BlockKind
{
    /// <summary>Two 3x3 convolutions (ResNet-18 and 34, the CIFAR ResNets).</summary>
    Basic,

    /// <summary>1x1, 3x3, 1x1 with four times the width at its output (ResNet-50 and deeper, every ResNeXt).</summary>
    Bottleneck,
}
