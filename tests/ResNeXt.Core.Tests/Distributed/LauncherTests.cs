using ResNeXt.Core.Distributed.Transports;

namespace ResNeXt.Core.Tests.Distributed;

public sealed class LauncherTests
{
    [Theory]
    [InlineData("OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=3", "OpenMpi of 4")]
    [InlineData("PMI_SIZE=2 PMI_RANK=0", "Mpich of 2")]
    [InlineData("SLURM_STEP_NUM_TASKS=8 SLURM_PROCID=5 PMIX_RANK=5", "Any of 8")]
    [InlineData("OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=1 SLURM_STEP_NUM_TASKS=1 SLURM_PROCID=0", "OpenMpi of 4")]
    [InlineData("", null)]
    [InlineData("OMPI_COMM_WORLD_SIZE=1 OMPI_COMM_WORLD_RANK=0", null)]
    [InlineData("SLURM_STEP_NUM_TASKS=8 SLURM_PROCID=5", null)]
    [InlineData("PMI_SIZE=two PMI_RANK=0", null)]
    public void Find_ReadsTheVariablesOfLaunchers(string variables, string? expected)
    {
        Dictionary<string, string> set = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(item => item.Split('=')).ToDictionary(item => item[0], item => item[1]);

        Launcher? launcher = Launcher.Find(set.GetValueOrDefault);

        Assert.Equal(expected, launcher is null ? null : $"{launcher.Kind} of {launcher.Size}");
    }
}
