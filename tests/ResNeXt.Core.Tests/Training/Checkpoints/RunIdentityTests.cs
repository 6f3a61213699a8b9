using ResNeXt.Core.Training.Checkpoints;

namespace ResNeXt.Core.Tests.Training.Checkpoints;

public sealed class RunIdentityTests
{
    [Fact]
    public void Differences_OfASettingUnderItsOldName_AreThoseOfTheSetting() =>
        Assert.Equal(["EmaDecay: 0.9 then, 0.99 now"], RunIdentity.Differences(
            new Dictionary<string, string> { ["AverageDecay"] = "0.9", ["Seed"] = "1" },
            new Dictionary<string, string> { ["EmaDecay"] = "0.99", ["Seed"] = "1" }));

    [Fact]
    public void Differences_OfADamagedFileWithBothNames_AreFound() =>
        Assert.Single(RunIdentity.Differences(
            new Dictionary<string, string> { ["AverageDecay"] = "0.9", ["EmaDecay"] = "0.9" },
            new Dictionary<string, string> { ["EmaDecay"] = "0.99" }));
}
