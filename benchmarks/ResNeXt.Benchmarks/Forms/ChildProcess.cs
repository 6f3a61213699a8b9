using System.Diagnostics;
using System.Text.Json;
using ResNeXt.Core;

namespace ResNeXt.Benchmarks.Forms;

/// <summary>Runs this program again for one measurement: peak memory is a fact about a whole process.</summary>
internal static class ChildProcess
{
    public static FormCost Measure(BlockForm form)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        // Under "dotnet run" the process is this program; under "dotnet x.dll" it is dotnet, which needs the file.
        if (Path.GetFileNameWithoutExtension(start.FileName).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "ResNeXt.Benchmarks.dll"));
        start.ArgumentList.Add("form");
        start.ArgumentList.Add(form.ToString());
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"The measurement of {form} ended with exit code {process.ExitCode}; its message stands above.");
        return JsonSerializer.Deserialize<FormCost>(output)!;
    }
}
