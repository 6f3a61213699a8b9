using System.Runtime.InteropServices;
using ResNeXt.Core.Processors;
using Cpu = System.Runtime.InteropServices.Architecture;

namespace ResNeXt.Core.NativeLoading.OneDnn;

/// <summary>
/// Keeps libtorch's oneDNN from computing with caches of one byte, which is what it takes a processor to have that hides its caches: its
/// convolutions are wrong then, or divide by zero.
/// </summary>
internal static class OneDnnAdaptation
{
    private static readonly Lock Gate = new();

    /// <summary>What was done so far.</summary>
    public static OneDnnState State { get; private set; }

    /// <summary>Why the caches could not be repaired; null where they were, or need not be.</summary>
    public static string? RepairRefusal { get; private set; }

    /// <summary>What the user should know of it, or null.</summary>
    public static string? Warning { get; private set; }

    /// <summary>
    /// Called once libtorch is loaded and before anything is computed: does nothing unless the processor hides its caches or the user has
    /// oneDNN switched off.
    /// </summary>
    /// <param name="library">TorchSharp's native half.</param>
    /// <exception cref="InvalidOperationException">The environment variable has a wrong value.</exception>
    public static void Adapt(nint library)
    {
        OneDnnPolicy policy = OneDnnPolicies.Parse(Environment.GetEnvironmentVariable(OneDnnPolicies.Variable));
        HiddenCaches.SimulateIfAsked(library);
        if (policy == OneDnnPolicy.Off)
        {
            SwitchOff(library);
        }
        else if (ProcessorInfo.Current is { HidesCaches: true } processor && !TryRepair(library, policy))
        {
            string cause = $"The processor ({processor}) hides its caches, with which libtorch's oneDNN computes wrongly, "
                + $"and it could not be given others. {RepairRefusal}";
            bool isOff = SwitchOff(library);
            State = isOff ? OneDnnState.Off : OneDnnState.Suspect;
            Warning = isOff ? $"{cause} oneDNN is switched off, and training takes longer." : cause;
        }
    }

    /// <summary>Gives oneDNN true sizes of caches if its own are impossible.</summary>
    /// <param name="library">TorchSharp's native half.</param>
    /// <param name="policy">What the user allows.</param>
    /// <returns>Whether the sizes are possible now.</returns>
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
            if (description.IsPossible)
                return true;
            if (policy != OneDnnPolicy.Repair)
            {
                RepairRefusal = $"The environment variable {OneDnnPolicies.Variable} forbids it.";
                return false;
            }
            description.Give(CacheSources.Choose(ProcessorInfo.Current!, Environment.ProcessorCount));
            State = OneDnnState.Repaired;
            return true;
        }
    }

    /// <summary>Switches oneDNN off.</summary>
    /// <param name="library">TorchSharp's native half.</param>
    /// <returns>Whether that is possible.</returns>
    public static bool SwitchOff(nint library)
    {
        lock (Gate)
        {
            if (State != OneDnnState.Off && TorchContext.TrySwitchOneDnnOff(library))
                State = OneDnnState.Off;
            return State == OneDnnState.Off;
        }
    }

    /// <summary>What oneDNN believes of the processor, or null and why that cannot be told.</summary>
    /// <param name="library">TorchSharp's native half.</param>
    /// <param name="refusal">A sentence; null where it can be told.</param>
    public static OneDnnProcessor? Find(nint library, out string? refusal)
    {
        refusal = null;
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Cpu.X64 || ProcessorInfo.Current is not { } processor)
        {
            refusal = "What oneDNN believes of the processor is known only for libtorch on linux-x64.";
            return null;
        }
        try
        {
            return OneDnnProcessor.Find(library, processor);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            refusal = exception.Message;
            return null;
        }
    }
}
