namespace ResNeXt.Core.Machine;

/// <summary>What the self-check of this process found.</summary>
/// <param name="Checked">The operations that were compared with products in float64, in words.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="Warnings">What was given up so that the rest is right, one sentence each; empty on nearly every machine.</param>
public sealed record SelfCheckReport(IReadOnlyList<string> Checked, double Milliseconds, IReadOnlyList<string> Warnings);
