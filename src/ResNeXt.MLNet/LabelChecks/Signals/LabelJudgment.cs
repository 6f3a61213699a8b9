namespace ResNeXt.MLNet.LabelChecks.Signals;

/// <summary>What confident learning says of a label.</summary>
/// <param name="Suggested">The index of the class that is suggested instead.</param>
/// <param name="Margin">The probability of the label minus that of the suggested class.</param>
/// <param name="IsSuspicious">Whether the image is confidently of the suggested class.</param>
internal readonly record struct LabelJudgment(int Suggested, float Margin, bool IsSuspicious);
