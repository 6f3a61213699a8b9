namespace ResNeXt.Core.Machine;

/// <summary>The result of this process's self-check.</summary>
/// <param name="Checked">The operations that were compared with products in float64, in words.</param>
/// <param name="Milliseconds">The duration of the check.</param>
/// <param name="Warnings">What was switched off so that the remaining operations are right, one sentence each; empty on nearly every machine.</param>
public sealed record SelfCheckReport(IReadOnlyList<string> Checked, double Milliseconds, IReadOnlyList<string> Warnings);

/// <summary>
/// The exception that is thrown when libtorch computes wrong results on this machine and no fallback helps. Nothing is trained or exported then. The
/// message says which operations are wrong, on which processor, what was tried and what to do.
/// </summary>
public sealed class UnsoundComputationException : InvalidOperationException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="message">The message: what is wrong and what to do.</param>
    public UnsoundComputationException(string message) : base(message)
    {
    }
}
