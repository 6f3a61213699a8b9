namespace ResNeXt.Core.Training.Recipes;

/// <summary>The shape of a learning-rate schedule.</summary>
public enum ScheduleKind
{
    /// <summary>A linear warm-up, then a cosine down to 0 (Loshchilov and Hutter 2016, arXiv 1608.03983).</summary>
    Cosine,

    /// <summary>A linear warm-up, then steps down by a factor: the papers' schedule.</summary>
    Step,

    /// <summary>Up from a twenty-fifth along a cosine, then down to nearly 0 along another (Smith and Topin 2017, arXiv 1708.07120; momentum stays constant here).</summary>
    OneCycle,

    /// <summary>A linear warm-up, then always the same.</summary>
    Constant,
}
