namespace ResNeXt.Core.Networks;

/// <summary>Where the ReLUs at a block's end stand, seen from the addition.</summary>
internal enum BlockEnd
{
    /// <summary>Both papers: one, behind the addition.</summary>
    ReluBehind,

    /// <summary>The textbook block: one, straight behind the last convolution.</summary>
    ReluBefore,

    /// <summary>The Keras form: one that belongs to the last 1x1, and one behind the addition.</summary>
    ReluOnBothSides,
}
