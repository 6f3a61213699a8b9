using System.Collections.Concurrent;
using ResNeXt.Core.Distributed;
using ResNeXt.Core.Kernels;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Distributed;

/// <summary>The gradients of some parameters in one piece of memory, which is summed over the processes of a group in one exchange.</summary>
internal sealed unsafe class GradientBucket : IDisposable
{
    // After a failure the transport may still write to the memory.
    private static readonly ConcurrentBag<Tensor> Abandoned = [];

    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly Tensor _memory;
    private readonly RankOrderSum _sum;

    private GradientBucket(ProcessGroup group, IReadOnlyList<Parameter> parameters)
    {
        _parameters = parameters;
        long length = parameters.Sum(parameter => parameter.numel());
        _memory = empty(length, ScalarType.Float32).DetachFromDisposeScope();
        _sum = new(group, TensorMemory.Address(_memory), checked((int)length));
    }

    /// <summary>
    /// Divides parameters into buckets, in the order in which the backward pass computes their gradients: from the head to the stem.
    /// </summary>
    /// <param name="group">The processes.</param>
    /// <param name="parameters">The parameters, from the stem to the head.</param>
    /// <param name="bytes">The size of a bucket; a larger parameter has one of its own.</param>
    public static IReadOnlyList<GradientBucket> Of(ProcessGroup group, IReadOnlyList<Parameter> parameters, long bytes)
    {
        List<List<Parameter>> buckets = [];
        long free = 0;
        foreach (Parameter parameter in parameters.Reverse())
        {
            long size = parameter.numel() * sizeof(float);
            if (size > free)
            {
                buckets.Add([]);
                free = Math.Max(bytes, size);
            }
            buckets[^1].Add(parameter);
            free -= size;
        }
        return [.. buckets.Select(bucket => new GradientBucket(group, bucket))];
    }

    /// <summary>Takes the gradients from the parameters, and starts to sum them.</summary>
    /// <param name="contributors">The number of processes, from rank 0, that have gradients.</param>
    /// <param name="contributes">Whether this process is one of them.</param>
    public void Start(int contributors, bool contributes)
    {
        if (contributes)
            Take();
        _sum.Start(contributors);
    }

    /// <summary>Moves the exchange on, and says whether it is complete.</summary>
    public bool Advance() => _sum.Advance();

    /// <summary>A process that is waited for.</summary>
    public int Awaited => _sum.Awaited;

    /// <summary>Gives the sums to the parameters as their gradients, which share the memory of the bucket.</summary>
    public void Give()
    {
        using DisposeScope scope = NewDisposeScope();
        long start = 0;
        foreach (Parameter parameter in _parameters)
        {
            Tensor flat = _memory.narrow(0, start, parameter.numel());
            long[] shape = parameter.shape;
            parameter.grad = IsChannelsLast(parameter)
                ? flat.view(shape[0], shape[2], shape[3], shape[1]).permute(0, 3, 1, 2)
                : flat.view(shape);
            start += parameter.numel();
        }
    }

    public void Dispose()
    {
        _sum.Dispose();
        if (_sum.IsIdle)
            _memory.Dispose();
        else
            Abandoned.Add(_memory);
    }

    private void Take()
    {
        var target = (float*)TensorMemory.Address(_memory);
        foreach (Parameter parameter in _parameters)
        {
            using DisposeScope scope = NewDisposeScope();
            long bytes = parameter.numel() * sizeof(float);
            if (parameter.grad is { } gradient)
            {
                Tensor ordered = (IsChannelsLast(parameter) ? gradient.permute(0, 2, 3, 1) : gradient).contiguous();
                Buffer.MemoryCopy((void*)TensorMemory.Address(ordered), target, bytes, bytes);
                parameter.grad = null;
            }
            else
            {
                new Span<byte>(target, checked((int)bytes)).Clear();
            }
            target += parameter.numel();
        }
    }

    // In the order of the weights in memory, which the optimizer follows.
    private static bool IsChannelsLast(Parameter parameter) => !parameter.is_contiguous();
}
