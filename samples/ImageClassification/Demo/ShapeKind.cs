namespace ImageClassification.Demo;

/// <summary>The classes of the demo's images.</summary>
public enum ShapeKind
{
    /// <summary>A disc.</summary>
    Circle,

    /// <summary>A plus with arms of one width.</summary>
    Cross,

    /// <summary>A disc with a hole.</summary>
    Ring,

    /// <summary>A square.</summary>
    Square,

    /// <summary>A star with five points.</summary>
    Star,

    /// <summary>An equilateral triangle.</summary>
    Triangle,
}
