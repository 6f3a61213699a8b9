using ResNeXt.MLNet.Folders;

namespace ResNeXt.MLNet.LabelChecks;

/// <summary>Two image files with the same picture, which may be resized, recompressed or slightly cropped.</summary>
/// <param name="First">The first image.</param>
/// <param name="Second">The second image.</param>
/// <param name="Difference">The mean difference of their brightness, as a part of their contrast; 0 for the same pixels.</param>
/// <param name="IsLeak">Whether one is in the validation folder and the other is not, so that a model is evaluated on what it has learned.</param>
public sealed record NearDuplicate(LabeledImageFile First, LabeledImageFile Second, float Difference, bool IsLeak)
{
    /// <summary>Whether the labels differ, so that at least one of them is wrong.</summary>
    public bool HaveDifferentLabels => First.Label != Second.Label;
}
