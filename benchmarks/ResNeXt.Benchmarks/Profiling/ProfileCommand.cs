using System.Globalization;
using ResNeXt.Benchmarks.Comparison;
using ResNeXt.Benchmarks.Comparison.Training;
using ResNeXt.Core.NativeLoading;
using ResNeXt.Core.Training.Recipes;
using static TorchSharp.torch;

namespace ResNeXt.Benchmarks.Profiling;

/// <summary>Prints where the time of a training step goes, beside the trainer's own step: what the layers do not explain is everything else.</summary>
internal static class ProfileCommand
{
    public static int Run(string row, string type)
    {
        if (Comparisons.Trained.FirstOrDefault(item => item.Name == row).Work is not { } work || !Enum.TryParse(type, ignoreCase: true, out ScalarType scalar)
            || scalar is not (ScalarType.Float32 or ScalarType.BFloat16))
        {
            Console.Error.WriteLine($"'{row} {type}' is not understood; give one of {string.Join(", ", Comparisons.Trained.Select(item => item.Name))}, and float32 or bfloat16.");
            return 1;
        }
        TorchLibrary.EnsureLoaded();
        using var training = new ShippedTraining(work, scalar == ScalarType.Float32 ? Precision.Float32 : Precision.Automatic);
        // Before the layers: the trainer sets how the process keeps memory, which they need as well.
        double step = 1000 * work.BatchSize / training.Measure().Value;
        Write(work, step, NetworkProfile.Of(work, scalar));
        return 0;
    }

    private static void Write(TrainingWork work, double step, IReadOnlyList<LayerTime> times)
    {
        Console.WriteLine($"{work.Architecture}, {work.ImageSize} px, batch {work.BatchSize}: one training step, each layer alone, forward and backward.");
        Console.WriteLine();
        Console.WriteLine("| kind | layers | ms | of the step | GFLOP/s |");
        Console.WriteLine("|---|---:|---:|---:|---:|");
        foreach (LayerTime time in times)
            Line(time.Kind, $"{time.Layers}", time.Milliseconds, step, time.Gigaflops);
        double layers = times.Sum(time => time.Milliseconds);
        Line("all layers", $"{times.Sum(time => time.Layers)}", layers, step, times.Sum(time => time.Gigaflops));
        // Below zero where layers alone take longer than in a row, where the output of one is still in the cache for the next.
        Line("loss, optimizer, data, and the calls themselves", "", step - layers, step, 0);
        Line("the trainer's step", "", step, step, times.Sum(time => time.Gigaflops));
    }

    private static void Line(string kind, string layers, double milliseconds, double step, double gigaflops) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"| {kind} | {layers} | {milliseconds:F0} | {milliseconds / step:P0} | {(gigaflops > 0 ? $"{1000 * gigaflops / milliseconds:F0}" : "")} |"));
}
