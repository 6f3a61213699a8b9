using System.Runtime.InteropServices;
using ResNeXt.Core.Processors;
using Cpu = System.Runtime.InteropServices.Architecture;

namespace ResNeXt.Core.NativeLoading.OneDnn;

/// <summary>
/// Keeps libtorch's oneDNN from computing wrong results on processors that hide their caches. oneDNN assumes caches of one byte there; its
/// convolutions are then wrong or divide by zero.
/// </summary>
internal static class OneDnnAdaptation
{
    private static readonly Lock Gate = new();

    /// <summary>The current state of oneDNN.</summary>
    public static OneDnnState State { get; private set; }

    /// <summary>Why the cache sizes could not be corrected; null if they were, or need not be.</summary>
    public static string? RepairRefusal { get; private set; }

    /// <summary>The warning for the user, or null.</summary>
    public static string? Warning { get; private set; }

    /// <summary>
    /// Whether training is faster in bfloat16: the processor multiplies bfloat16 directly, and oneDNN is on. libtorch's other code gains nothing from
    /// the type.
    /// </summary>
    public static bool AcceleratesBFloat16 => CpuFeatures.Current.HasBFloat16 && State != OneDnnState.Off;

    /// <summary>
    /// Corrects oneDNN or switches it off if the processor hides its caches, or if the user asks for it. Called once after libtorch is loaded, before
    /// anything is computed.
    /// </summary>
    /// <param name="library">The handle of TorchSharp's native library.</param>
    /// <exception cref="InvalidOperationException">The environment variable has an invalid value.</exception>
    public static void Adapt(nint library)
    {
        OneDnnPolicy policy = OneDnnPolicies.Parse(Environment.GetEnvironmentVariable(OneDnnPolicies.Variable));
        HiddenCacheSimulation.StartIfAsked(library);
        // NNPACK refuses such processors, and libtorch would write a warning for every thread that asks it.
        if (CpuInfo.Current is { HidesCaches: true })
            TorchContext.TrySwitchNnpackOff(library);
        if (policy == OneDnnPolicy.Off)
        {
            SwitchOff(library);
        }
        else if (CpuInfo.Current is { HidesCaches: true } cpu && !TryRepair(library, policy))
        {
            string cause = $"The processor ({cpu}) hides its caches, so libtorch's oneDNN computes wrong results, "
                + $"and its cache sizes could not be corrected. {RepairRefusal}";
            bool isOff = SwitchOff(library);
            State = isOff ? OneDnnState.Off : OneDnnState.Suspect;
            Warning = isOff ? $"{cause} oneDNN is switched off, and training takes longer." : cause;
        }
    }

    /// <summary>Corrects oneDNN's cache sizes if they are impossible.</summary>
    /// <param name="library">The handle of TorchSharp's native library.</param>
    /// <param name="policy">What the user allows.</param>
    /// <returns>Whether the sizes are plausible now.</returns>
    public static bool TryRepair(nint library, OneDnnPolicy policy)
    {
        lock (Gate)
        {
            RepairRefusal = null;
            if (Find(library, out string? refusal) is not { } description)
            {
                RepairRefusal = refusal;
                return false;
            }
            if (description.IsPlausible)
                return true;
            if (policy != OneDnnPolicy.Repair)
            {
                RepairRefusal = $"The environment variable {OneDnnPolicies.Variable} forbids it.";
                return false;
            }
            description.SetCaches(CacheDetection.Detect(CpuInfo.Current!, Environment.ProcessorCount));
            State = OneDnnState.Repaired;
            return true;
        }
    }

    /// <summary>Switches oneDNN off.</summary>
    /// <param name="library">The handle of TorchSharp's native library.</param>
    /// <returns>Whether oneDNN is off now.</returns>
    public static bool SwitchOff(nint library)
    {
        lock (Gate)
        {
            if (State != OneDnnState.Off && TorchContext.TrySwitchOneDnnOff(library))
                State = OneDnnState.Off;
            return State == OneDnnState.Off;
        }
    }

    /// <summary>Finds oneDNN's description of the processor; returns null and the reason if that is impossible.</summary>
    /// <param name="library">The handle of TorchSharp's native library.</param>
    /// <param name="refusal">The reason, a sentence; null on success.</param>
    public static OneDnnCpuInfo? Find(nint library, out string? refusal)
    {
        refusal = null;
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Cpu.X64 || CpuInfo.Current is not { } cpu)
        {
            refusal = "oneDNN's description of the processor can be found only in libtorch for linux-x64.";
            return null;
        }
        try
        {
            return OneDnnCpuInfo.Find(library, cpu);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            refusal = exception.Message;
            return null;
        }
    }
}
