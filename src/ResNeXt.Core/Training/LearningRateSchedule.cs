namespace ResNeXt.Core.Training;

/// <summary>Learning rates as pure functions of the step, so that a resumed run needs no scheduler state.</summary>
public static class LearningRateSchedule
{
    /// <summary>Linear warm-up over the first twentieth of the steps, then a cosine down to 0 (Goyal et al. 2017, arXiv 1706.02677; Loshchilov and Hutter 2016, arXiv 1608.03983).</summary>
    /// <param name="step">The step, from 0.</param>
    /// <param name="totalSteps">Number of steps, at least 1.</param>
    /// <param name="peak">The rate at the end of the warm-up.</param>
    public static double WarmUpCosine(long step, long totalSteps, double peak)
    {
        long warmUp = totalSteps / 20;
        return step < warmUp
            ? peak * (step + 1) / (warmUp + 1)
            : peak * 0.5 * (1 + Math.Cos(Math.PI * (step - warmUp) / (totalSteps - warmUp)));
    }
}
