using ResNeXt.Core.Kernels;
using ResNeXt.Core.TorchRuntime;
using ResNeXt.Core.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Devices;

/// <summary>
/// Moves a network to the device of its training and into channels-last order, and back to the CPU when disposed of. Also applies the options that
/// are settings of the whole process (threads, TF32, native memory), and restores them where the system allows it.
/// </summary>
internal sealed class DeviceScope : IDisposable
{
    private readonly ResidualNetwork _network;
    private readonly ThreadLimit _threads;
    private readonly (bool OfProducts, bool OfConvolutions) _allowedTf32;

    /// <summary>Chooses the device and moves the network there.</summary>
    /// <param name="network">The network; owned by the caller.</param>
    /// <param name="options">The options, validated.</param>
    /// <param name="warn">The receiver of warnings.</param>
    public DeviceScope(ResidualNetwork network, TrainingOptions options, Action<string> warn)
    {
        _network = network;
        Computation computation = Computation.Choose(options, warn);
        _threads = new(options.Threads);
        Computation = computation with { Memory = options.RetainNativeMemory ? new() : null, Threads = _threads };
        _allowedTf32 = OnGpu ? (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32) : default;
        try
        {
            if (OnGpu)
            {
                bool allows = options.Precision == Precision.Automatic;
                AllowTf32((allows, allows));
                network.to(Computation.Device);
            }
            ChannelsLast.Apply(network);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The device and the type to compute in.</summary>
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

    private static void AllowTf32((bool OfProducts, bool OfConvolutions) allowed)
    {
        backends.cuda.matmul.allow_tf32 = allowed.OfProducts;
        backends.cudnn.allow_tf32 = allowed.OfConvolutions;
    }
}
