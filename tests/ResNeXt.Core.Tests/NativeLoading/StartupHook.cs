using System.Runtime.InteropServices;
using ResNeXt.Core;
using ResNeXt.Core.Machine;
using ResNeXt.Core.Machine.Probes;
using ResNeXt.Core.NativeLoading;
using ResNeXt.Core.Tests.Machine;
using TorchSharp;

/// <summary>What a <see cref="ResNeXt.Core.Tests.NativeLoading.ChildProcess"/> does. .NET calls this before its <c>Main</c> (empty).</summary>
internal static class StartupHook
{
    public const string Variable = "RESNEXT_TEST_SCENARIO";

    public static void Initialize()
    {
        try
        {
            Console.Out.WriteLine(Run(Environment.GetEnvironmentVariable(Variable)));
        }
        catch (DllNotFoundException exception)
        {
            Console.Out.WriteLine(exception.Message);
        }
        catch (UnsoundComputationException exception)
        {
            Console.Out.WriteLine(exception.Message);
        }
    }

    private static string Run(string? scenario)
    {
        switch (scenario)
        {
            case "load, then sum":
                TorchLibrary.EnsureLoaded();
                return Sum();
            case "load, then show the variables":
                TorchLibrary.EnsureLoaded();
                return $"Afterwards: {ValueOf("OMP_WAIT_POLICY")}, {ValueOf("GOMP_SPINCOUNT")}";
            case "load on 8 threads, then sum":
                LoadOnThreads(8);
                return Sum();
            case "sum without loading":
                // Any use of the library: the module initializer runs.
                return Architectures.All.Length > 0 ? Sum() : "";
            case ShortTrainings.Scenario:
                return ShortTrainings.Run();
            case ShortTrainings.ScenarioOfWrongResults:
                SelfCheck.Probes = _ => [new("a product", ProbeParts.OneDnn, 0.1, () => double.NaN)];
                return ShortTrainings.Run();
            default:
                return $"Unknown scenario '{scenario}'.";
        }
    }

    // In the C library's environment, of which .NET's is a copy.
    private static string ValueOf(string name) => Marshal.PtrToStringUTF8(GetVariable(name)) ?? "none";

    [DllImport("libc", EntryPoint = "getenv")]
    private static extern nint GetVariable([MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    private static void LoadOnThreads(int count)
    {
        using var together = new Barrier(count);
        Thread[] threads = [.. Enumerable.Range(0, count).Select(_ => new Thread(() =>
        {
            together.SignalAndWait();
            TorchLibrary.EnsureLoaded();
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
    }

    private static string Sum()
    {
        using torch.Tensor numbers = torch.arange(1, 101, dtype: torch.float32);
        using torch.Tensor sum = numbers.sum();
        return $"{sum.item<float>()}";
    }
}
