namespace ResNeXt.Core.Machine.Probes;

/// <summary>The components that a probe uses and that can be switched off if it is wrong.</summary>
[Flags]
internal enum ProbeParts
{
    /// <summary>No such component.</summary>
    None = 0,

    /// <summary>libtorch's oneDNN.</summary>
    OneDnn = 1,

    /// <summary>Activations in bfloat16.</summary>
    BFloat16 = 2,

    /// <summary>This library's own kernels.</summary>
    Kernel = 4,
}

/// <summary>A computation whose correct result is known.</summary>
/// <param name="Name">The computation in words.</param>
/// <param name="Parts">The components that it uses.</param>
/// <param name="Tolerance">The largest error to accept.</param>
/// <param name="Error">
/// Runs the computation and returns the largest error, relative to the largest correct value; NaN if the result contains NaN.
/// </param>
internal sealed record ComputationProbe(string Name, ProbeParts Parts, double Tolerance, Func<double> Error);

/// <summary>A probe whose result is wrong.</summary>
/// <param name="Probe">The probe.</param>
/// <param name="Error">The error.</param>
internal sealed record ProbeFault(ComputationProbe Probe, double Error)
{
    public override string ToString() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Probe.Name} is off by {Error:G2} of the largest value");
}
