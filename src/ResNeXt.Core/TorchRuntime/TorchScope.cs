using ResNeXt.Core.NativeLoading;
using static TorchSharp.torch;

namespace ResNeXt.Core.TorchRuntime;

/// <summary>
/// Sets libtorch's modes and defaults to what this library needs, whatever the caller has set: gradients are recorded, inference mode is off, and new
/// tensors are float32 on the CPU by default. Disposal, on the same thread, restores the caller's settings and the state of the global random
/// generator.
/// </summary>
/// <remarks>
/// Modes belong to the thread, defaults and generator to the process: the first scope saves them and the last one restores them, so that overlapping
/// trainings do not restore each other's. This library draws from its own generators, but some of libtorch's modules initialize their weights from
/// the global one.
/// </remarks>
internal sealed class TorchScope : IDisposable
{
    private static readonly Lock Gate = new();
    private static int _scopes;
    private static ProcessState? _callers;

    private readonly IDisposable _inferenceMode;
    private readonly IDisposable _gradientMode;

    public TorchScope()
    {
        TorchLibrary.EnsureLoaded();
        _inferenceMode = inference_mode(false);
        _gradientMode = enable_grad(true);
        lock (Gate)
        {
            if (_scopes++ == 0)
                _callers = ProcessState.Replace();
        }
    }

    public void Dispose()
    {
        lock (Gate)
        {
            if (--_scopes == 0)
                _callers!.Restore();
        }
        _gradientMode.Dispose();
        _inferenceMode.Dispose();
    }

    private sealed class ProcessState
    {
        private readonly ScalarType _type = get_default_dtype();
        private readonly Device _device = get_default_device();

        // Bytes instead of a tensor, because another thread may restore them.
        private readonly byte[] _generator = GeneratorState();

        public static ProcessState Replace()
        {
            var state = new ProcessState();
            SetDefaults(ScalarType.Float32, CPU);
            return state;
        }

        public void Restore()
        {
            using Tensor state = tensor(_generator, ScalarType.Byte, CPU);
            Generator.Default.set_state(state);
            SetDefaults(_type, _device);
        }

        private static byte[] GeneratorState()
        {
            using Tensor state = Generator.Default.get_state();
            return state.data<byte>().ToArray();
        }

        private static void SetDefaults(ScalarType type, Device device)
        {
            if (get_default_dtype() != type)
                set_default_dtype(type);
            if (get_default_device().ToString() != device.ToString())
                set_default_device(device);
        }
    }
}
