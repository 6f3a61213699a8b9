using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace ImageClassification.Data;

/// <summary>Marks a property as an image column whose images have no common size.</summary>
/// <remarks>ML.NET's own <c>[ImageType]</c> without a size registers the size 0x0 and throws; with a size it would announce one that the images lack.</remarks>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AnyImageTypeAttribute : DataViewTypeAttribute
{
    /// <inheritdoc/>
    public override void Register() => DataViewTypeManager.Register(new ImageDataViewType(), typeof(MLImage), this);

    /// <inheritdoc/>
    public override bool Equals(DataViewTypeAttribute? other) => other is AnyImageTypeAttribute;

    /// <inheritdoc/>
    public override int GetHashCode() => typeof(AnyImageTypeAttribute).GetHashCode();
}
