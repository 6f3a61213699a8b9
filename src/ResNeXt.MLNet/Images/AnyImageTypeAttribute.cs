using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace ResNeXt.MLNet.Images;

/// <summary>Marks a property of type <see cref="MLImage"/> as an image column whose images may have any size.</summary>
/// <remarks>
/// ML.NET's own <c>[ImageType]</c> needs a size that all images have: without one it throws when a data view is loaded from such objects.
/// </remarks>
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
