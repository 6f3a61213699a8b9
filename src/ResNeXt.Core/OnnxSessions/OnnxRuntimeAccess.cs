using Microsoft.ML.OnnxRuntime;

namespace ResNeXt.Core.OnnxSessions;

/// <summary>
/// The only way to ONNX Runtime in this library: it switches telemetry off first. ML.NET's <c>OnnxTransformer</c> opens sessions of its own, for
/// which ResNeXt.MLNet switches it off when it is loaded.
/// </summary>
internal static class OnnxRuntimeAccess
{
    private const string Spinning = "session.intra_op.allow_spinning";

    // Long enough for the time between two operators, and too short to take the processor from other callers.
    private const string SpinningTime = "session.intra_op.spin_duration_us", Microseconds = "20";

    /// <summary>ONNX Runtime's environment, for versions and execution providers.</summary>
    public static OrtEnv Environment
    {
        get
        {
            OnnxTelemetry.Disable();
            return OrtEnv.Instance();
        }
    }

    /// <summary>Opens a session.</summary>
    /// <param name="onnx">The ONNX model.</param>
    /// <param name="configure">Sets options; null for the defaults.</param>
    /// <exception cref="OnnxRuntimeException">The model cannot be loaded.</exception>
    public static InferenceSession Open(byte[] onnx, Action<SessionOptions>? configure = null)
    {
        OnnxTelemetry.Disable();
        using SessionOptions options = Defaults();
        configure?.Invoke(options);
        return new InferenceSession(onnx, options);
    }

    /// <summary>
    /// Opens a session that several callers use at the same time. Unless other options are asked for, its threads sleep while they wait for work;
    /// otherwise they would take the processor from the other callers, and from the decoding of images. Waking them takes longer than many operators
    /// of an int8 network, so there they wait actively ("spin") for a moment first.
    /// </summary>
    /// <param name="onnx">The ONNX model.</param>
    /// <param name="threads">The number of threads that compute together; null for the number in the options, by default one per core.</param>
    /// <param name="createOptions">Makes the options; null for the defaults, with little or no spinning.</param>
    /// <param name="isQuantized">Whether the network is in int8.</param>
    /// <exception cref="OnnxRuntimeException">The model cannot be loaded.</exception>
    public static InferenceSession OpenForCallers(byte[] onnx, int? threads, Func<SessionOptions>? createOptions, bool isQuantized = false)
    {
        OnnxTelemetry.Disable();
        using SessionOptions options = createOptions is null ? Defaults() : createOptions();
        if (createOptions is null)
            options.AddSessionConfigEntry(isQuantized ? SpinningTime : Spinning, isQuantized ? Microseconds : "0");
        if (threads is { } count)
            options.IntraOpNumThreads = count;
        return new InferenceSession(onnx, options);
    }

    private static SessionOptions Defaults()
    {
        var options = new SessionOptions();
        if (SessionThreads.Default is { } threads)
            options.IntraOpNumThreads = threads;
        return options;
    }
}
