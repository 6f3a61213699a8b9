using System.Collections.Immutable;

namespace ResNeXt.MLNet.Reports.Rows;

/// <summary>An image with its class and its scores, as far as a report needs them.</summary>
/// <param name="Row">The index of its row.</param>
/// <param name="Name">Its name.</param>
/// <param name="Label">The index of its class.</param>
/// <param name="LabelScore">The probability of its class.</param>
/// <param name="LabelRank">The number of classes with a higher probability.</param>
/// <param name="Top">The most probable classes with their probabilities, highest first.</param>
internal sealed record ScoredImage(int Row, string Name, int Label, float LabelScore, int LabelRank, ImmutableArray<(int Class, float Score)> Top)
{
    /// <summary>The number of classes that are kept.</summary>
    public const int TopCount = 3;

    /// <summary>The index of the most probable class.</summary>
    public int Predicted => Top[0].Class;

    /// <summary>The probability of the most probable class.</summary>
    public float Confidence => Top[0].Score;

    /// <summary>Whether the most probable class is the image's.</summary>
    public bool IsRight => Label == Predicted;
}
