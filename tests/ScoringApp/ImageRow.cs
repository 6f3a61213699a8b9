using Microsoft.ML.Data;
using ResNeXt.MLNet.Images;

namespace ScoringApp;

internal sealed class ImageRow
{
    [AnyImageType]
    public MLImage? Image { get; set; }

    /// <summary>The pipeline as a whole asks for the column that it was trained on; scoring leaves it empty.</summary>
    public string Label { get; set; } = "";
}
