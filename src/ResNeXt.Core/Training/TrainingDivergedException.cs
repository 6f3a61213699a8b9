namespace ResNeXt.Core.Training;

/// <summary>The loss is no longer a finite number, and no epoch had ended whose weights could be kept.</summary>
public sealed class TrainingDivergedException : InvalidOperationException
{
    /// <summary>Says where and what to try.</summary>
    /// <param name="message">The sentence.</param>
    public TrainingDivergedException(string message)
        : base(message)
    {
    }
}
