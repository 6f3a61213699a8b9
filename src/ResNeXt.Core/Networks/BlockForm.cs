namespace ResNeXt.Core.Networks;

/// <summary>
/// How a bottleneck of more than one transformation is computed. The first three are those of arXiv 1611.05431, figure 3: the same function,
/// so <c>BlockFormConverter</c> carries weights between any two of them. The last two are another function, and the same as one another.
/// </summary>
public enum BlockForm
{
    /// <summary>Form (c): one 1x1, one 3x3 in as many groups as the cardinality, one 1x1. torchvision's, and the fastest.</summary>
    Grouped,

    /// <summary>Form (b): a 1x1 and a 3x3 per transformation, their outputs concatenated, one 1x1.</summary>
    EarlyConcatenation,

    /// <summary>Form (a): a 1x1, a 3x3 and a 1x1 per transformation, their outputs added; the last normalisation stands behind that sum.</summary>
    Aggregated,

    /// <summary>
    /// The form of Keras reimplementations: the input's channels are split among the transformations (a 1x1 and a 3x3 each), their outputs
    /// concatenated; the last 1x1 has a ReLU of its own before the addition. See <see cref="Architecture.InKerasForm"/>.
    /// </summary>
    SplitTransformMerge,

    /// <summary><see cref="SplitTransformMerge"/> computed without splitting: a network whose first 1x1 is grouped too.</summary>
    SplitGrouped,
}
