namespace ResNeXt.MLNet.LabelChecks;

/// <summary>What <see cref="LabelCheckCatalog.CheckLabels"/> found. No file is changed.</summary>
/// <param name="Features">Which features were used, for people.</param>
/// <param name="ImageCount">The number of images that were checked, validation images included.</param>
/// <param name="Labels">
/// The images with their labels, the most suspicious first. Validation images, and images that are alone in their class, are not in the list.
/// </param>
/// <param name="NearDuplicates">Pairs of images that show the same picture, the most alike first.</param>
/// <param name="Outliers">The images that are least like all others, the most unlike first.</param>
/// <param name="Warnings">One sentence for each image that could not be read, and for everything else that was left out.</param>
public sealed record LabelCheckResult(
    string Features, int ImageCount, IReadOnlyList<CheckedLabel> Labels, IReadOnlyList<NearDuplicate> NearDuplicates,
    IReadOnlyList<ImageOutlier> Outliers, IReadOnlyList<string> Warnings);
