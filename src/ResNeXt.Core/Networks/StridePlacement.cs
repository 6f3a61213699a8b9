namespace ResNeXt.Core.Networks;

/// <summary>Which convolution of a bottleneck carries the stride.</summary>
public enum StridePlacement
{
    /// <summary>The 3x3, as in the ResNeXt paper (arXiv 1611.05431, section 4) and torchvision.</summary>
    Convolution3x3,

    /// <summary>The first 1x1, as in the ResNet paper (arXiv 1512.03385, section 4.1) and its Caffe networks; three pixels of four are never looked at.</summary>
    First1x1,
}
