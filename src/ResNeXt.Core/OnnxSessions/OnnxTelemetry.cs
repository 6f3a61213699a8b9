using System.Runtime.InteropServices;

namespace ResNeXt.Core.OnnxSessions;

/// <summary>
/// Switches off the telemetry of ONNX Runtime, which otherwise writes a folder with a device id into the user's cache and contacts its vendor as soon
/// as a process uses it.
/// </summary>
/// <remarks>
/// ONNX Runtime reads the variable once, when its environment is created, from the C library's environment. .NET's own environment is a copy of that,
/// and <c>OrtEnv.DisableTelemetryEvents</c> comes too late, so neither stops it. The variable holds for the whole process, also for sessions that are
/// not of this library. It is set when ResNeXt.MLNet is loaded, because a program that only calls <c>mlContext.Model.Load</c> runs no other code of
/// this library before ML.NET opens the session: every saved pipeline has a mapping of ResNeXt.MLNet before its first ONNX model.
/// </remarks>
internal static partial class OnnxTelemetry
{
    /// <summary>The environment variable by which the user allows telemetry: <c>off</c> (default) or <c>on</c>.</summary>
    public const string Variable = "RESNEXT_ONNX_TELEMETRY";

    private const string Allowed = "on";

    private const string Switch = "ORT_DISABLE_TELEMETRY", Off = "1";

    private static readonly Lazy<bool> Done = new(static () =>
    {
        bool isChosen = Environment.GetEnvironmentVariable(Variable) == Allowed || Environment.GetEnvironmentVariable(Switch) is not null;
        if (!isChosen)
            _ = OperatingSystem.IsWindows() ? PutWindows(Switch, Off) : SetUnix(Switch, Off, overwrite: 0);
        return true;
    });

    /// <summary>
    /// Switches telemetry off, unless the user allows it or has set ONNX Runtime's own variable. To be called before ONNX Runtime is used.
    /// </summary>
    public static void Disable() => _ = Done.Value;

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetUnix(string name, string value, int overwrite);

    // Also sets the variable of the process, of which the C library has a copy.
    [LibraryImport("ucrtbase", EntryPoint = "_putenv_s", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int PutWindows(string name, string value);
}
