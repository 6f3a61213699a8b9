using System.Diagnostics;
using System.Text.Json;
using ResNeXt.Core.Networks;

namespace ResNeXt.Benchmarks.Forms;

/// <summary>Runs this program again for one measurement: peak memory is a fact about a whole process.</summary>
internal static class ChildProcess
{
    public static FormCost Measure(BlockForm form)
    {
        using Process process = Process.Start(ThisProgram.With("form", form.ToString()))!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"The measurement of {form} ended with exit code {process.ExitCode}; see its message above.");
        return JsonSerializer.Deserialize<FormCost>(output)!;
    }
}
