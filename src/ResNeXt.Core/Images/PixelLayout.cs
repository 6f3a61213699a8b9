namespace ResNeXt.Core.Images;

/// <summary>The order of an image's values in a vector.</summary>
public enum PixelLayout
{
    /// <summary>Channel by channel (C, H, W), as PyTorch and ONNX models take images.</summary>
    Planar,

    /// <summary>Pixel by pixel (H, W, C), the channels of a pixel next to each other.</summary>
    Interleaved,
}
