using System.Diagnostics;

namespace ResNeXt.Benchmarks;

/// <summary>This program, to be run again as a child: peak memory and a first time are facts about a whole process.</summary>
internal static class ThisProgram
{
    /// <summary>How to start it.</summary>
    /// <param name="arguments">Its arguments.</param>
    public static ProcessStartInfo With(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        // Under "dotnet run" the process is this program; under "dotnet x.dll" it is dotnet, which needs the file.
        if (Path.GetFileNameWithoutExtension(start.FileName).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
            start.ArgumentList.Add(typeof(ThisProgram).Assembly.Location);
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        return start;
    }
}
