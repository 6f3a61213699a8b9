using ResNeXt.Core.Kernels;
using ResNeXt.Core.Machine;
using ResNeXt.Core.NativeLoading.OneDnn;
using ResNeXt.Core.TorchRuntime;
using ResNeXt.Core.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Devices;

/// <summary>The device on which a network computes, and the type of its activations.</summary>
/// <param name="Device">The device.</param>
/// <param name="Type">The type of activations.</param>
internal sealed record Computation(Device Device, ScalarType Type)
{
    /// <summary>The control over native memory that is kept between steps, or null if none is kept.</summary>
    public NativeMemoryRetention? Memory { get; init; }

    /// <summary>The limit of the number of threads, or null for no limit.</summary>
    public ThreadLimit? Threads { get; init; }

    /// <summary>The CPU in float32.</summary>
    public static Computation OnCpu { get; } = new(CPU, ScalarType.Float32);

    /// <summary>The precision, as options name it.</summary>
    public Precision Precision => Type == ScalarType.BFloat16 ? Precision.BFloat16 : Precision.Float32;

    /// <summary>The same device in float32.</summary>
    public Computation InFloat32 => this with { Type = ScalarType.Float32 };

    /// <summary>Chooses the device and the type that options ask for and the machine has.</summary>
    /// <param name="options">The options, validated.</param>
    /// <param name="warn">The receiver of warnings: a GPU that is missing, or a feature that the self-check turned off.</param>
    /// <exception cref="InvalidOperationException">The GPU is missing, and the options do not allow the CPU instead.</exception>
    /// <exception cref="UnsoundComputationException">libtorch computes wrong results on this machine, and no workaround helps.</exception>
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
        // The self-check covers the CPU only. It runs for a GPU too, because what is trained there is exported on the CPU.
        foreach (string warning in SelfCheck.Run(inBFloat16 && onCpu).Warnings)
            warn(warning);
        return new(device, inBFloat16 && !(onCpu && !SelfCheck.AllowsBFloat16) ? ScalarType.BFloat16 : ScalarType.Float32);
    }

    /// <summary>Converts images to this type and to channels-last order, and copies them to this device.</summary>
    /// <param name="images">The images, N x C x H x W, float32; owned by the caller.</param>
    /// <returns>The converted images; owned by the caller.</returns>
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
            throw new InvalidOperationException(
                $"{missing}. Check the driver and that the application references a CUDA build of libtorch (TorchSharp-cuda-...), "
                + "name another device, or allow FallbackToCpu.");
        }
        warn($"{missing}. Training continues on the CPU.");
        return CPU;
    }

    // TorchSharp has no query for this; a GPU that cannot compute in bfloat16 refuses the operation.
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
