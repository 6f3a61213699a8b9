namespace ResNeXt.Core.Networks;

/// <summary>What stands behind a convolution.</summary>
public enum NormalizationKind
{
    /// <summary>Batch normalisation behind every convolution, which then has no bias; the block's last ReLU stands behind the addition (both papers).</summary>
    BatchNormalization,

    /// <summary>
    /// Nothing, as textbooks show the block first: every convolution has a bias and is followed by its ReLU at once, so that the block's last
    /// ReLU stands before the addition. A convolution on a shortcut has no ReLU. See <see cref="Architecture.InTextbookForm"/>.
    /// </summary>
    None,
}
