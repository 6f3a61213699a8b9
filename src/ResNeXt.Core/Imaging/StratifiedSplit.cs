using static System.FormattableString;

namespace ResNeXt.Core.Imaging;

/// <summary>Sets a part of every class aside.</summary>
public static class StratifiedSplit
{
    /// <summary>Draws by seed which rows to set aside: a fraction of every class, at least one row of each class that has two, and never all of one.</summary>
    /// <param name="labels">The class of every row.</param>
    /// <param name="fraction">Above 0 and below 1.</param>
    /// <param name="seed">The same seed draws the same rows.</param>
    /// <param name="order">The order of the classes, on which the draw depends.</param>
    /// <returns>The indices of the rest and of what is set aside, both ascending.</returns>
    /// <exception cref="ArgumentException">The fraction is out of range.</exception>
    public static (int[] Remaining, int[] Aside) Of<TLabel>(IEnumerable<TLabel> labels, double fraction, int seed, IComparer<TLabel>? order = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (!(fraction is > 0 and < 1))
            throw new ArgumentException(Invariant($"The fraction to set aside is {fraction}; it must be above 0 and below 1."));
        var random = new Random(seed);
        IGrouping<TLabel, int>[] classes = [.. labels.Select((label, index) => (label, index)).GroupBy(row => row.label, row => row.index)];
        var aside = new HashSet<int>();
        foreach (IGrouping<TLabel, int> rows in classes.OrderBy(rows => rows.Key, order ?? Comparer<TLabel>.Default))
        {
            int[] shuffled = [.. rows];
            random.Shuffle(shuffled);
            aside.UnionWith(shuffled.Take(Math.Min(shuffled.Length - 1, Math.Max(1, (int)Math.Round(shuffled.Length * fraction)))));
        }
        return ([.. Enumerable.Range(0, classes.Sum(rows => rows.Count())).Where(index => !aside.Contains(index))], [.. aside.Order()]);
    }
}
