using ResNeXt.Core.Kernels;
using ResNeXt.Core.Machine;
using ResNeXt.Core.NativeLoading;
using ResNeXt.Core.NativeLoading.OneDnn;
using ResNeXt.Core.TorchRuntime;
using ResNeXt.Core.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Devices;

/// <summary>Where a network computes, and in which type.</summary>
/// <param name="Device">The device.</param>
/// <param name="Type">The type of activations.</param>
internal sealed record Computation(Device Device, ScalarType Type)
{
    /// <summary>The native memory that is kept between steps, or null where none is.</summary>
    public NativeMemoryRetention? Memory { get; init; }

    /// <summary>The threads of the training, or null where the number is not limited.</summary>
    public ThreadLimit? Threads { get; init; }

    /// <summary>On the CPU in float32.</summary>
    public static Computation OnCpu { get; } = new(CPU, ScalarType.Float32);

    /// <summary>Which precision that is.</summary>
    public Precision Precision => Type == ScalarType.BFloat16 ? Precision.BFloat16 : Precision.Float32;

    /// <summary>The same in float32.</summary>
    public Computation InFloat32 => this with { Type = ScalarType.Float32 };

    /// <summary>What options ask for, as far as the machine has it.</summary>
    /// <param name="options">The options, without mistakes.</param>
    /// <param name="warn">Hears of a GPU that is not there, and of what a self-check gave up.</param>
    /// <exception cref="InvalidOperationException">There is no such GPU, and the CPU may not stand in.</exception>
    /// <exception cref="UnsoundComputationException">libtorch computes wrongly on this machine.</exception>
    public static Computation Choose(TrainingOptions options, Action<string> warn)
    {
        NativeLoading.TorchLibrary.EnsureLoaded();
        Device device = Available(options, warn);
        bool onCpu = device.type == DeviceType.CPU;
        bool inBFloat16 = options.Precision switch
        {
            Precision.Float32 => false,
            Precision.BFloat16 => true,
            _ => HasBFloat16(device),
        };
        // Of a GPU nothing is checked, but what is trained there is exported on the CPU.
        foreach (string warning in SelfCheck.Run(inBFloat16 && onCpu).Warnings)
            warn(warning);
        return new(device, inBFloat16 && !(onCpu && !SelfCheck.AllowsBFloat16) ? ScalarType.BFloat16 : ScalarType.Float32);
    }

    /// <summary>Makes of images what the network takes: in this type, in channels-last order, on this device. The caller owns the result.</summary>
    /// <param name="images">N x C x H x W, float32; stays the caller's.</param>
    public Tensor Take(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        return ChannelsLast.Copy(images.to(Type)).to(Device).MoveToOuterDisposeScope();
    }

    private static Device Available(TrainingOptions options, Action<string> warn)
    {
        Device device = DeviceName.Parse(options.Device)!;
        if (device.type == DeviceType.CPU || (cuda.is_available() && device.index < cuda.device_count()))
            return device;
        string found = cuda.is_available() ? $"{cuda.device_count()} of them" : "none";
        string missing = $"Device is '{options.Device}', but libtorch finds {found} on this machine";
        if (!options.FallbackToCpu)
        {
            throw new InvalidOperationException($"{missing}. Check the driver and that the application references a CUDA build of libtorch (TorchSharp-cuda-...), "
                + "name another device, or allow FallbackToCpu.");
        }
        warn($"{missing}. Training goes on on the CPU.");
        return CPU;
    }

    // TorchSharp does not say what a GPU can do; one that cannot compute in bfloat16 refuses the operation.
    private static bool HasBFloat16(Device device)
    {
        if (device.type == DeviceType.CPU)
            return OneDnnAdaptation.AcceleratesBFloat16;
        using DisposeScope scope = NewDisposeScope();
        try
        {
            Tensor one = ones([1, 8, 8, 8], ScalarType.BFloat16, device);
            nn.functional.conv2d(one, one).cpu();
            return true;
        }
        catch (System.Runtime.InteropServices.ExternalException)
        {
            return false;
        }
    }
}
