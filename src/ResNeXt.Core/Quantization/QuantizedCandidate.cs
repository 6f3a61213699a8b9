using ResNeXt.Core.Quantization.Calibration;
using ResNeXt.Core.Quantization.Graphs;

namespace ResNeXt.Core.Quantization;

/// <summary>A network in int8, how it was made, and how good it is.</summary>
internal sealed record QuantizedCandidate(QuantizationSettings Settings, QuantizedNetwork Network, Fidelity Fidelity)
{
    /// <summary>The better of two; of equals this one.</summary>
    public QuantizedCandidate OrBetter(QuantizedCandidate other) => other.Fidelity.CompareTo(Fidelity) < 0 ? other : this;
}
