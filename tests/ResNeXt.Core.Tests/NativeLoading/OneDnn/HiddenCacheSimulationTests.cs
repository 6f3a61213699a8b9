using System.Globalization;
using ResNeXt.Core.NativeLoading.OneDnn;
using ResNeXt.Core.Processors;
using ResNeXt.Core.Tests.Machine;

namespace ResNeXt.Core.Tests.NativeLoading.OneDnn;

/// <summary>Trainings in processes of their own, in which CPUID lists no caches and oneDNN believes in caches of one byte.</summary>
public sealed class HiddenCacheSimulationTests
{
    // Sums in another order: two steps of a small rate keep that small.
    private const double Rounding = 2e-3;

    private static readonly Lazy<Task<string[]>> Sound = new(() => Run(ShortTrainings.Scenario, (HiddenCacheSimulation.Variable, null)));

    [LinuxFact]
    public async Task Train_CachesHidden_RepairsThemAndLearnsTheSame()
    {
        string[] output = await Run(ShortTrainings.Scenario, (HiddenCacheSimulation.Variable, "1"));

        Assert.Equal(["Repaired", "0"], output[..2]);
        AssertClose(await Sound.Value, output);
    }

    [LinuxFact]
    [Trait("Category", "Slow")]
    public async Task Train_CachesHiddenAndRepairForbidden_SwitchesOneDnnOffAndLearnsTheSame()
    {
        string[] output = await Run(ShortTrainings.Scenario, (HiddenCacheSimulation.Variable, "1"), (OneDnnPolicies.Variable, "no-repair"));

        Assert.Equal(["Off", "1"], output[..2]);
        AssertClose(await Sound.Value, output);
    }

    [LinuxFact]
    public async Task Train_SelfCheckWrongWhateverIsTried_SaysWhatWhereAndWhatToDo()
    {
        string message = Assert.Single(await Run(ShortTrainings.ScenarioOfWrongResults));

        Assert.StartsWith("libtorch computes wrongly on this machine, so nothing is trained or exported: a product is off by NaN", message);
        Assert.Contains($"{new CpuInfo(CpuInfo.Query).Name}", message);
        Assert.Contains("Tried without success: oneDNN is switched off, and training takes longer.", message);
        Assert.Contains("Train on another machine", message);
    }

    [LinuxFact]
    public async Task EnsureLoaded_VariableWithAnotherValue_NamesTheAllowedOnes() =>
        Assert.Contains("must be 'repair', 'no-repair' or 'off'", string.Join(' ', await Run("load, then sum", (OneDnnPolicies.Variable, "yes"))));

    private static async Task<string[]> Run(string scenario, params (string Name, string? Value)[] environment)
    {
        string output = await ChildProcess.RunAsync(scenario, AppContext.BaseDirectory, [(OneDnnPolicies.Variable, null), .. environment]);
        return output.Split('\n');
    }

    private static void AssertClose(string[] expected, string[] actual)
    {
        Assert.Equal(5, expected.Length);
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual).Skip(2), pair =>
            Assert.Equal(double.Parse(pair.First, CultureInfo.InvariantCulture), double.Parse(pair.Second, CultureInfo.InvariantCulture), Rounding));
    }
}
