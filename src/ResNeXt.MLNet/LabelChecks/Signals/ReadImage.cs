using ResNeXt.MLNet.Folders;

namespace ResNeXt.MLNet.LabelChecks.Signals;

/// <summary>What is kept of an image that was decoded.</summary>
/// <param name="File">The file.</param>
/// <param name="Brightness">A small gray picture, for the comparison with possible copies.</param>
/// <param name="SimpleFeatures">The features without a network.</param>
internal sealed record ReadImage(LabeledImageFile File, BrightnessThumbnail Brightness, float[] SimpleFeatures);
