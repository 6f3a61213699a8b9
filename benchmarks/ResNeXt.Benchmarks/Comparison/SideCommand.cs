using System.Text.Json;

namespace ResNeXt.Benchmarks.Comparison;

/// <summary>The child's half of <see cref="SideProcess"/>: measures a round for every line of standard input.</summary>
internal static class SideCommand
{
    /// <summary>Runs until standard input ends.</summary>
    /// <param name="name">The row.</param>
    /// <param name="side">"ours", "other" or "prepare".</param>
    /// <param name="folder">The row's files.</param>
    public static int Run(string name, string side, string folder)
    {
        ComparisonRow row = Comparisons.All.First(row => row.Name == name);
        if (side == "prepare")
        {
            row.Prepare?.Invoke(folder);
            return 0;
        }
        using IMeasuredSide measured = (side == "ours" ? row.Ours : row.Other!).Start(folder);
        for (bool isWarm = row.IsFirstTime; Console.ReadLine() is not null; isWarm = true)
        {
            if (!isWarm)
                measured.Measure();
            Console.WriteLine(JsonSerializer.Serialize(measured.Measure() with { PeakMebibytes = ProcessMemory.Peak }));
        }
        return 0;
    }
}
