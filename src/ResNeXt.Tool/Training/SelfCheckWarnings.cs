using ResNeXt.Core.Machine;

namespace ResNeXt.Tool.Training;

/// <summary>Tells of what the self-check of libtorch gave up, where a command computes with libtorch and does not train.</summary>
internal static class SelfCheckWarnings
{
    /// <summary>Runs the check, unless this process did already, and prints its warnings to standard error.</summary>
    /// <exception cref="UnsoundComputationException">libtorch computes wrongly on this machine.</exception>
    public static void Print()
    {
        foreach (string warning in SelfCheck.Run().Warnings)
            Console.Error.WriteLine(warning);
    }
}
