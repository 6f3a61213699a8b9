namespace ResNeXt.Core.Machine;

/// <summary>What a probe computes with, and so what can be given up to be rid of it.</summary>
[Flags]
internal enum ProbeParts
{
    /// <summary>Nothing that could be given up.</summary>
    None = 0,

    /// <summary>libtorch's oneDNN.</summary>
    OneDnn = 1,

    /// <summary>Activations in bfloat16.</summary>
    BFloat16 = 2,

    /// <summary>A kernel of this library.</summary>
    Kernel = 4,
}

/// <summary>A computation of which the right result is known.</summary>
/// <param name="Name">What is computed, in words.</param>
/// <param name="Parts">What it computes with.</param>
/// <param name="Tolerance">The error to accept.</param>
/// <param name="Error">Computes it and returns the largest error, as a part of the largest right value; not a number where the result is
/// none.</param>
internal sealed record ComputationProbe(string Name, ProbeParts Parts, double Tolerance, Func<double> Error);

/// <summary>A probe that was wrong.</summary>
/// <param name="Probe">Which.</param>
/// <param name="Error">Its error.</param>
internal sealed record ProbeFault(ComputationProbe Probe, double Error)
{
    public override string ToString() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Probe.Name} is off by {Error:G2} of the largest value");
}
