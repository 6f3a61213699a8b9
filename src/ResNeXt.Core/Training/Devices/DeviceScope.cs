using ResNeXt.Core.Kernels;
using ResNeXt.Core.TorchRuntime;
using ResNeXt.Core.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Devices;

/// <summary>
/// Where a network trains: brings it to its device and into channels-last order, and back to the CPU when disposed of. The
/// settings of the process that belong to it are made here and, as far as possible, taken back.
/// </summary>
internal sealed class DeviceScope : IDisposable
{
    private readonly ResidualNetwork _network;
    private readonly ThreadLimit _threads;
    private readonly bool _allowedTf32;

    public DeviceScope(ResidualNetwork network, TrainingOptions options, Action<string> warn)
    {
        _network = network;
        Computation computation = Computation.Choose(options, warn);
        _threads = new(options.Threads);
        Computation = computation with { Memory = options.RetainNativeMemory ? new() : null, Threads = _threads };
        if (OnGpu)
        {
            _allowedTf32 = backends.cuda.matmul.allow_tf32;
            AllowTf32(options.Precision == Precision.Automatic);
            network.to(Computation.Device);
        }
        ChannelsLast.Apply(network);
    }

    public Computation Computation { get; }

    private bool OnGpu => Computation.Device.type != DeviceType.CPU;

    public void Dispose()
    {
        if (OnGpu)
        {
            _network.cpu();
            AllowTf32(_allowedTf32);
        }
        Computation.Memory?.Dispose();
        _threads.Dispose();
    }

    private static void AllowTf32(bool allow)
    {
        backends.cuda.matmul.allow_tf32 = allow;
        backends.cudnn.allow_tf32 = allow;
    }
}
