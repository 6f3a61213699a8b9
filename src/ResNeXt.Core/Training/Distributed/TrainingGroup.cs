using System.Runtime.InteropServices;
using ResNeXt.Core.Distributed;
using ResNeXt.Core.Training.Checkpoints;
using ResNeXt.Core.Training.Data;
using ResNeXt.Core.Training.Loop;

namespace ResNeXt.Core.Training.Distributed;

/// <summary>One training that several processes do together, as one of them sees it.</summary>
/// <param name="group">The processes.</param>
/// <param name="stop">Their agreement on stopping.</param>
/// <param name="settings">What they exchange.</param>
internal sealed class TrainingGroup(ProcessGroup group, StopAgreement stop, ExchangeSettings settings) : IBatchGroup
{
    /// <inheritdoc/>
    public BatchShare Share { get; } = new(group.Rank, group.Size);

    /// <summary>Prepares the exchange of a phase.</summary>
    /// <param name="network">The network.</param>
    /// <param name="step">The steps of the phase.</param>
    /// <returns>The exchange; to be disposed of after the phase.</returns>
    public StepExchange ExchangeFor(ResidualNetwork network, TrainingStep step) => new(group, stop, settings, network, step.Parameters);

    /// <summary>Gives the checkpoint of rank 0 to all processes.</summary>
    public Checkpoint? Broadcast(Checkpoint? checkpoint) => CheckpointBroadcast.Run(group, checkpoint);

    /// <summary>Gets the results of all validation batches, in their order, from those of this process.</summary>
    public IReadOnlyList<BatchResult> ResultsOfAll(IReadOnlyList<BatchResult> own)
    {
        var bytes = new byte[own.Count * BatchResults.Length];
        BatchResults.Write(own, bytes);
        return BatchResults.Interleave([.. group.AllGather(bytes).Select(other => BatchResults.Read(other, other.Length / BatchResults.Length))]);
    }

    /// <inheritdoc/>
    public IReadOnlyList<float[]> AllGather(float[] own)
    {
        byte[][] messages = group.AllGather([.. MemoryMarshal.AsBytes(own.AsSpan()), stop.Own]);
        stop.Agree(messages.Select(message => message[^1]));
        return [.. messages.Select(message => MemoryMarshal.Cast<byte, float>(message.AsSpan(..^1)).ToArray())];
    }

    /// <summary>Throws in all processes if the weights of one differ.</summary>
    public void CompareWeights(ResidualNetwork network) => GroupFacts.CompareWeights(group, network);
}
