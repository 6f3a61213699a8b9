using System.Globalization;
using System.Text.Json;
using ResNeXt.Core.Machine;
using ResNeXt.Core.Processors;
using ResNeXt.MLNet;
using ResNeXt.Tool.Output;

namespace ResNeXt.Tool.Info;

/// <summary>The command <c>info --machine</c>, which describes the machine for bug reports.</summary>
internal static class MachineInfo
{
    /// <summary>Prints the description. If the machine cannot train, the reason goes to standard error.</summary>
    /// <returns>The exit code.</returns>
    public static int Print(bool json)
    {
        MachineReport report = MachineReport.Collect();
        if (json)
            Console.WriteLine(JsonSerializer.Serialize(report, JsonOutput.Options));
        else
            Print(report);
        if (report.Problem is null)
            return ExitCode.Done;
        Console.Error.WriteLine(report.Problem.ReplaceLineEndings(" "));
        return ExitCode.Mistake;
    }

    private static void Print(MachineReport report)
    {
        foreach ((string name, string value) in Rows(report))
            Console.WriteLine($"{name,-22}{value}");
    }

    private static IEnumerable<(string Name, string Value)> Rows(MachineReport report)
    {
        MachineProcessor processor = report.Processor;
        MachineVersions versions = report.Versions;
        yield return ("Processor", processor.Vendor is null ? processor.Architecture
            : $"{processor.Name} ({processor.Vendor}, family {processor.Family}, model {processor.Model}, stepping {processor.Stepping})");
        yield return ("Logical processors", Text(processor.LogicalProcessors));
        yield return ("Features", processor.Features.Count > 0 ? string.Join(", ", processor.Features) : "none of those that matter");
        yield return ("Caches found", Caches(report.Caches.Found) + (report.Caches.HiddenByCpuid ? " (CPUID hides them)" : ""));
        yield return ("Caches for oneDNN", report.Caches.UsedByOneDnn is { } used ? Caches(used) : $"unknown: {report.Caches.Note}");
        string libTorch = versions.LibTorch ?? (report.Torch is null ? "not usable" : "version unknown");
        yield return ("libtorch", $"{libTorch}, oneDNN {versions.OneDnn ?? "unknown"}, TorchSharp {versions.TorchSharp}");
        yield return ("ONNX Runtime", versions.OnnxRuntime ?? "not usable");
        yield return ("ResNeXt.MLNet", versions.ResNeXt);
        yield return ("System", $".NET {versions.DotNet}, {versions.OperatingSystem}{(versions.Glibc is { } glibc ? $", glibc {glibc}" : "")}");
        if (report.Torch is { } torch)
        {
            yield return ("Threads", $"{torch.Threads} for an operation, {torch.InteropThreads} side by side; {torch.Capability ?? "unknown"} code");
            yield return ("oneDNN", torch.OneDnn + (torch.OneDnnSetting is { } setting ? $" (RESNEXT_ONEDNN is {setting})" : ""));
            yield return ("Native half", torch.NativeHalfAdapted ? "adapted to this system's libstdc++" : "as it is");
        }
        if (report.Memory.Settings.Count > 0)
        {
            yield return ("Memory in training",
                string.Join(", ", report.Memory.Settings.Select(setting => $"{setting.Key}={Text(setting.Value)}"))
                    + (report.Memory.InForce ? "" : " (not set yet)"));
        }
        if (report.SelfCheck is not { } check)
            yield break;
        string found = check.Warnings.Count == 0 ? "all right" : "see below";
        yield return ("Self-check", $"{Text(check.Checked.Count)} computations in {Text((long)check.Milliseconds)} ms; {found}");
        foreach (string warning in check.Warnings)
            yield return ("Warning", warning);
        foreach (string name in check.Checked)
            yield return ("  checked", name);
    }

    private static string Caches(IReadOnlyList<MachineCache> caches) =>
        caches.Count == 0 ? "none"
            : string.Join(", ", caches.Select(cache => $"L{Text(cache.Level)} {Size(cache.Bytes)} for {Text(cache.SharedBy)}"));

    private static string Size(long bytes) => bytes % 1024 == 0 ? $"{Text(bytes / 1024)} KiB" : $"{Text(bytes)} bytes";

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
