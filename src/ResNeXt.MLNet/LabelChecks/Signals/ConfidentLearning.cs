namespace ResNeXt.MLNet.LabelChecks.Signals;

/// <summary>Confident learning, after Northcutt, Jiang and Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels" (2021).</summary>
/// <remarks>
/// The threshold of a class is the mean probability of that class among the images labeled with it. An image is confidently of the class that is the
/// most probable one of those whose thresholds its probabilities reach. Labels that differ from it, off the diagonal of the confident joint, are
/// suspicious.
/// </remarks>
internal static class ConfidentLearning
{
    /// <summary>Judges labels.</summary>
    /// <param name="given">The index of each image's class.</param>
    /// <param name="probabilities">The probabilities of each image, of models that have not seen it; one for each of at least two classes.</param>
    public static LabelJudgment[] Judge(int[] given, float[][] probabilities)
    {
        float[] thresholds = Thresholds(given, probabilities);
        return [.. given.Select((label, index) => Judge(label, probabilities[index], thresholds))];
    }

    private static LabelJudgment Judge(int given, float[] probabilities, float[] thresholds)
    {
        int? confident = null;
        int other = -1;
        for (int label = 0; label < probabilities.Length; label++)
        {
            if (probabilities[label] >= thresholds[label] && (confident is null || probabilities[label] > probabilities[confident.Value]))
                confident = label;
            if (label != given && (other < 0 || probabilities[label] > probabilities[other]))
                other = label;
        }
        bool isSuspicious = confident is not null && confident != given;
        int suggested = isSuspicious ? confident!.Value : other;
        return new(suggested, probabilities[given] - probabilities[suggested], isSuspicious);
    }

    private static float[] Thresholds(int[] given, float[][] probabilities)
    {
        var sums = new double[probabilities[0].Length];
        var counts = new int[sums.Length];
        for (int index = 0; index < given.Length; index++)
        {
            sums[given[index]] += probabilities[index][given[index]];
            counts[given[index]]++;
        }
        return [.. sums.Zip(counts, (sum, count) => count > 0 ? (float)(sum / count) : float.PositiveInfinity)];
    }
}
