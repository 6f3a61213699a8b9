using ResNeXt.Core.Machine;

namespace ResNeXt.Tool.Output;

/// <summary>Shows the warnings of libtorch's self-check in commands that use libtorch without training.</summary>
internal static class SelfCheckWarnings
{
    /// <summary>Runs the self-check, unless it has already run, and prints its warnings to standard error.</summary>
    /// <exception cref="UnsoundComputationException">libtorch computes wrong results on this machine.</exception>
    public static void Print()
    {
        foreach (string warning in SelfCheck.Run().Warnings)
            Console.Error.WriteLine(warning);
    }
}
