using System.Diagnostics;
using System.Text.Json;
using ResNeXt.Core;
using ResNeXt.Core.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Benchmarks.Forms;

/// <summary>Measures one form in this process and prints the result as JSON.</summary>
internal static class FormMeasurement
{
    public const string Description = "The conv2 template of ResNeXt-50 32x4d (two blocks of 256 channels at 56 x 56) on batches of 2, one thread.";

    private const int BatchSize = 2;
    private const int ImageSize = 56;
    private const int Classes = 10;
    private const int WarmUps = 2;
    private const int Steps = 5;

    // arXiv 1611.05431, table 1: the first stage is the one where the images are largest, so the costs of a form show most.
    private static readonly Architecture Template = Architectures.Get("resnext50_32x4d") with { Name = "conv2", Depths = [2], Stem = StemKind.Cifar };

    public static int Run(string form)
    {
        Architecture architecture = Template with { Form = Enum.Parse<BlockForm>(form) };
        // Form (a) runs hundreds of small operations; with more threads the numbers tell how busy the machine is rather than what the form costs.
        set_num_threads(1);
        using DisposeScope scope = NewDisposeScope();
        using Tensor images = randn(BatchSize, 3, ImageSize, ImageSize), labels = randint(Classes, [BatchSize], ScalarType.Int64);
        double before = Mebibytes(Environment.WorkingSet);
        using var network = new ResidualNetwork(architecture, Classes);

        // Scoring first: a process's peak never falls, and training needs more.
        double inference = Median(() => Score(network, images)), inferencePeak = Peak();
        double training = Median(() => Train(network, images, labels)), trainingPeak = Peak();
        Console.WriteLine(JsonSerializer.Serialize(new FormCost(training, inference, trainingPeak - before, inferencePeak - before)));
        return 0;
    }

    private static void Score(ResidualNetwork network, Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        using (inference_mode())
        {
            network.eval();
            network.call(images).sum().item<float>();
        }
    }

    private static void Train(ResidualNetwork network, Tensor images, Tensor labels)
    {
        using DisposeScope scope = NewDisposeScope();
        network.train();
        network.zero_grad();
        nn.functional.cross_entropy(network.call(images), labels).backward();
        using (no_grad())
        {
            foreach (TorchSharp.Modules.Parameter parameter in network.parameters())
                parameter.add_(parameter.grad!, alpha: -0.001);
        }
    }

    private static double Median(Action step)
    {
        for (int i = 0; i < WarmUps; i++)
            step();
        var times = new double[Steps];
        for (int i = 0; i < Steps; i++)
        {
            long start = Stopwatch.GetTimestamp();
            step();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        Array.Sort(times);
        return times[Steps / 2];
    }

    private static double Peak()
    {
        using Process process = Process.GetCurrentProcess();
        return Mebibytes(process.PeakWorkingSet64);
    }

    private static double Mebibytes(long bytes) => bytes / (1024.0 * 1024);
}
