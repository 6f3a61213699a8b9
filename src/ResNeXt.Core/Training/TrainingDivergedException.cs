namespace ResNeXt.Core.Training;

/// <summary>Training diverged: the loss or the weights are not finite, and no epoch was completed whose weights could be kept.</summary>
public sealed class TrainingDivergedException : InvalidOperationException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">A sentence that says where training diverged and what to try.</param>
    public TrainingDivergedException(string message)
        : base(message)
    {
    }
}
