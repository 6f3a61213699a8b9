namespace ResNeXt.Core.Networks;

/// <summary>How a shortcut adapts where a block changes the shape (arXiv 1512.03385, section 3.3).</summary>
public enum ShortcutKind
{
    /// <summary>Option B: a 1x1 convolution with batch normalisation.</summary>
    Projection,

    /// <summary>Option A: every second pixel, and zeros for the new channels; no parameters.</summary>
    ZeroPadding,
}
