using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using ResNeXt.Core.OnnxSessions;

namespace ResNeXt.MLNet.Scoring;

/// <summary>Switches off the telemetry of ONNX Runtime when this library is loaded, before ML.NET opens a session.</summary>
internal static class TelemetrySwitch
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255",
        Justification = "Plain ML.NET that loads a saved pipeline runs no other code of this library before it opens a session.")]
    internal static void TurnOff() => OnnxTelemetry.Disable();
}
