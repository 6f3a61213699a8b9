namespace ResNeXt.Core.Images.Augmentation;

/// <summary>The operations of TrivialAugmentWide, with torchvision's names.</summary>
internal enum TrivialOperation
{
    Identity,
    ShearX,
    ShearY,
    TranslateX,
    TranslateY,
    Rotate,
    Brightness,
    Color,
    Contrast,
    Sharpness,
    Posterize,
    Solarize,
    AutoContrast,
    Equalize,
}
