namespace ResNeXt.Core.Machine;

/// <summary>
/// libtorch computes wrong numbers on this machine, whatever was tried against it. Nothing is trained or exported then. The message says which
/// operations were
/// wrong, on which processor, what was tried and what to do.
/// </summary>
public sealed class UnsoundComputationException : InvalidOperationException
{
    /// <summary>Makes it.</summary>
    /// <param name="message">What was wrong and what to do.</param>
    public UnsoundComputationException(string message) : base(message)
    {
    }
}
