using ResNeXt.Core.NativeLoading;
using static TorchSharp.torch;

namespace ResNeXt.Core.TorchRuntime;

/// <summary>
/// libtorch's modes and defaults as our code needs them, whatever the caller has set: gradients are recorded, tensors are ordinary ones, float32 on
/// the CPU where nothing else is said. When it is disposed of, on the same thread, the caller's are back, and the global random generator is where it
/// was.
/// </summary>
/// <remarks>
/// Modes are the thread's. Defaults and generator are the process's: the first scope takes them over and the last one gives them back, so that
/// trainings that overlap do not give each other's back. Our code draws from generators of its own, but some of libtorch's modules draw their first
/// weights from the global one.
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
        NativeLoading.TorchLibrary.EnsureLoaded();
        _inferenceMode = inference_mode(false);
        _gradientMode = enable_grad(true);
        lock (Gate)
        {
            if (_scopes++ == 0)
                _callers = ProcessState.TakeOver();
        }
    }

    public void Dispose()
    {
        lock (Gate)
        {
            if (--_scopes == 0)
                _callers!.GiveBack();
        }
        _gradientMode.Dispose();
        _inferenceMode.Dispose();
    }

    private sealed class ProcessState
    {
        private readonly ScalarType _type = get_default_dtype();
        private readonly Device _device = get_default_device();

        // Bytes instead of a tensor, which would belong to the thread of the first scope and be freed by that of the last one.
        private readonly byte[] _generator = StateOfGenerator();

        public static ProcessState TakeOver()
        {
            var state = new ProcessState();
            SetDefaults(ScalarType.Float32, CPU);
            return state;
        }

        public void GiveBack()
        {
            using Tensor state = tensor(_generator, ScalarType.Byte, CPU);
            Generator.Default.set_state(state);
            SetDefaults(_type, _device);
        }

        private static byte[] StateOfGenerator()
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
