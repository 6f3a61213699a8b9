using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace ResNeXt.MLNet.Pipelines;

/// <summary>Marks a property of the type <c>MLImage</c> as a column whose images have no common size.</summary>
/// <remarks>ML.NET's own <c>[ImageType]</c> without a size throws when a view is made of it; with a size it announces one that the images may lack.</remarks>
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
