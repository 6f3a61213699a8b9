using ResNeXt.MLNet.LabelChecks.Signals;

namespace ResNeXt.MLNet.Tests.LabelChecks.Signals;

public sealed class ConfidentLearningTests
{
    // The thresholds are (0.9 + 0.7 + 0.2) / 3 = 0.6 and (0.8 + 0.5) / 2 = 0.65.
    [Fact]
    public void Judge_ByThresholdsOfClasses_SuspectsConfidentImagesOfOtherClasses()
    {
        LabelJudgment[] judgments = ConfidentLearning.Judge(
            [0, 0, 0, 1, 1], [[0.9f, 0.1f], [0.7f, 0.3f], [0.2f, 0.8f], [0.2f, 0.8f], [0.5f, 0.5f]]);

        Assert.Equal([false, false, true, false, false], judgments.Select(judgment => judgment.IsSuspicious));
        Assert.Equal([1, 1, 1, 0, 0], judgments.Select(judgment => judgment.Suggested));
        Assert.Equal(-0.6f, judgments[2].Margin, 3);
    }

    // Class 1 is more probable than 0 in the third image, but reaches its threshold of 0.9 no more than class 0 reaches its own.
    [Fact]
    public void Judge_ImageBelowAllThresholds_IsNotSuspicious()
    {
        LabelJudgment[] judgments = ConfidentLearning.Judge([0, 0, 0, 1], [[1, 0], [1, 0], [0.4f, 0.6f], [0.1f, 0.9f]]);

        Assert.False(judgments[2].IsSuspicious);
        Assert.Equal(1, judgments[2].Suggested);
    }
}
