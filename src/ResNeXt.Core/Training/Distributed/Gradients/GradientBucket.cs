using System.Collections.Concurrent;
using ResNeXt.Core.Distributed;
using ResNeXt.Core.Kernels;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Distributed.Gradients;

/// <summary>The gradients of some parameters in one piece of memory, which is summed over the processes of a group in one exchange.</summary>
internal sealed unsafe class GradientBucket : IDisposable
{
    // After a failure the transport may still write to the memory.
    private static readonly ConcurrentBag<Tensor> Abandoned = [];

    private readonly IReadOnlyList<(int Layer, Parameter Parameter)> _parameters;
    private readonly Tensor _memory;
    private readonly RankOrderSum _sum;
    private int _taken;
    private long _takenLength;

    private GradientBucket(ProcessGroup group, IReadOnlyList<(int Layer, Parameter Parameter)> parameters, bool inBFloat16)
    {
        _parameters = parameters;
        long length = parameters.Sum(item => item.Parameter.numel());
        _memory = empty(length, ScalarType.Float32).DetachFromDisposeScope();
        _sum = new(group, TensorMemory.Address(_memory), checked((int)length), inBFloat16);
    }

    /// <summary>
    /// Divides parameters into buckets, in the order in which the backward pass computes their gradients: from the head to the stem.
    /// </summary>
    /// <param name="group">The processes.</param>
    /// <param name="parameters">The parameters, with the index of their layer.</param>
    /// <param name="bytes">The size of a bucket; a larger parameter has one of its own.</param>
    /// <param name="inBFloat16">Whether gradients travel as bfloat16.</param>
    public static IReadOnlyList<GradientBucket> Of(
        ProcessGroup group, IEnumerable<(int Layer, Parameter Parameter)> parameters, long bytes, bool inBFloat16)
    {
        List<List<(int Layer, Parameter Parameter)>> buckets = [];
        long free = 0;
        foreach ((int Layer, Parameter Parameter) item in parameters.OrderByDescending(item => item.Layer))
        {
            long size = item.Parameter.numel() * sizeof(float);
            if (size > free)
            {
                buckets.Add([]);
                free = Math.Max(bytes, size);
            }
            buckets[^1].Add(item);
            free -= size;
        }
        return [.. buckets.Select(bucket => new GradientBucket(group, bucket, inBFloat16))];
    }

    /// <summary>Whether the gradients of all parameters are taken.</summary>
    public bool IsFull => _taken == _parameters.Count;

    /// <summary>Takes the gradients of the layers from an index on, those that are not taken yet.</summary>
    public void Take(int layer)
    {
        for (; _taken < _parameters.Count && _parameters[_taken].Layer >= layer; _taken++)
            Take(_parameters[_taken].Parameter);
    }

    /// <summary>Starts to sum the gradients.</summary>
    /// <param name="contributors">The number of processes, from rank 0, that have gradients.</param>
    public void Start(int contributors) => _sum.Start(contributors);

    /// <summary>Moves the exchange on, and says whether it is complete.</summary>
    public bool Advance() => _sum.Advance();

    /// <summary>A process that is waited for.</summary>
    public int Awaited => _sum.Awaited;

    /// <summary>Gives the sums to the parameters as their gradients, which share the memory of the bucket.</summary>
    public void Give()
    {
        using DisposeScope scope = NewDisposeScope();
        long start = 0;
        foreach ((_, Parameter parameter) in _parameters)
        {
            Tensor flat = _memory.narrow(0, start, parameter.numel());
            long[] shape = parameter.shape;
            parameter.grad = IsChannelsLast(parameter)
                ? flat.view(shape[0], shape[2], shape[3], shape[1]).permute(0, 3, 1, 2)
                : flat.view(shape);
            start += parameter.numel();
        }
        (_taken, _takenLength) = (0, 0);
    }

    public void Dispose()
    {
        _sum.Dispose();
        if (_sum.IsIdle)
            _memory.Dispose();
        else
            Abandoned.Add(_memory);
    }

    private void Take(Parameter parameter)
    {
        using DisposeScope scope = NewDisposeScope();
        float* target = (float*)TensorMemory.Address(_memory) + _takenLength;
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
        _takenLength += parameter.numel();
    }

    // In the order of the weights in memory, which the optimizer follows.
    private static bool IsChannelsLast(Parameter parameter) => !parameter.is_contiguous();
}
