using ResNeXt.Core.Imaging;

namespace ResNeXt.Core.Training;

/// <summary>The images of one training, which stay the caller's.</summary>
/// <param name="Training">To learn from.</param>
/// <param name="Validation">To choose the best epoch by, or null.</param>
/// <param name="Normalization">What makes pixels the network's inputs.</param>
internal sealed record ImageSets(IImageSource Training, IImageSource? Validation, PixelNormalization Normalization);
