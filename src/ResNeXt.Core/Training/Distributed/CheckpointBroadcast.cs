using System.Runtime.InteropServices;
using System.Text.Json;
using ResNeXt.Core.Distributed;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Training.Checkpoints;

namespace ResNeXt.Core.Training.Distributed;

/// <summary>Gives the checkpoint that rank 0 has read to all processes, so that only rank 0 needs the folder.</summary>
internal static class CheckpointBroadcast
{
    /// <summary>Sends or receives a checkpoint.</summary>
    /// <param name="group">The processes.</param>
    /// <param name="checkpoint">The checkpoint in rank 0, or null if there is none; ignored in the others.</param>
    /// <returns>The checkpoint of rank 0.</returns>
    public static Checkpoint? Run(ProcessGroup group, Checkpoint? checkpoint)
    {
        byte[] contents = SendText(group, group.Rank == 0 ? JsonSerializer.SerializeToUtf8Bytes(Contents.Of(checkpoint)) : []);
        var received = JsonSerializer.Deserialize<Contents>(contents)!;
        if (received.Progress is null)
            return null;
        return new(
            received.Progress,
            SendTensors(group, received.Weights!, checkpoint?.Weights),
            SendTensors(group, received.OptimizerState!, checkpoint?.OptimizerState),
            received.Best is null ? null : SendTensors(group, received.Best, checkpoint?.Best),
            received.Start is null ? null : SendTensors(group, received.Start, checkpoint?.Start));
    }

    private static byte[] SendText(ProcessGroup group, byte[] text)
    {
        var length = new int[] { text.Length };
        group.Broadcast(MemoryMarshal.AsBytes(length.AsSpan()));
        byte[] received = group.Rank == 0 ? text : new byte[length[0]];
        group.Broadcast(received);
        return received;
    }

    // One at a time, so that a large network needs little more memory.
    private static StateDict SendTensors(ProcessGroup group, IReadOnlyList<NamedShape> shapes, StateDict? own) => new(shapes.Select(item =>
    {
        float[] values = group.Rank == 0
            ? own!.Tensors[item.Name].Values.ToArray()
            : new float[item.Shape.Aggregate(1, (product, size) => product * size)];
        group.Broadcast(MemoryMarshal.AsBytes(values.AsSpan()));
        return KeyValuePair.Create(item.Name, new WeightTensor(item.Shape, values));
    }));

    private sealed record NamedShape(string Name, int[] Shape)
    {
        public static NamedShape[]? Of(StateDict? tensors) =>
            tensors is null ? null : [.. tensors.Tensors.Select(item => new NamedShape(item.Key, [.. item.Value.Shape]))];
    }

    private sealed record Contents(
        TrainingProgress? Progress, NamedShape[]? Weights, NamedShape[]? OptimizerState, NamedShape[]? Best, NamedShape[]? Start)
    {
        public static Contents Of(Checkpoint? checkpoint) => new(
            checkpoint?.Progress, NamedShape.Of(checkpoint?.Weights), NamedShape.Of(checkpoint?.OptimizerState), NamedShape.Of(checkpoint?.Best),
            NamedShape.Of(checkpoint?.Start));
    }
}
