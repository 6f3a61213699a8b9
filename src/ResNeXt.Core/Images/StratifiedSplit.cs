using static System.FormattableString;

namespace ResNeXt.Core.Images;

/// <summary>Splits rows at random so that every class is divided in the same proportion.</summary>
public static class StratifiedSplit
{
    /// <summary>
    /// Draws the rows to set aside: a fraction of every class, at least one row of every class that has two, and never all rows of a class.
    /// </summary>
    /// <param name="labels">The class of every row.</param>
    /// <param name="fraction">The fraction to set aside; above 0, below 1.</param>
    /// <param name="seed">The seed; the same seed draws the same rows.</param>
    /// <param name="order">The order of the classes, on which the draw depends; null for the default order, which is ordinal for texts.</param>
    /// <param name="option">The name of the fraction in messages.</param>
    /// <returns>The indices of the remaining rows and of those set aside, both ascending; neither is empty.</returns>
    /// <exception cref="ArgumentException">The fraction is out of range.</exception>
    /// <exception cref="InvalidOperationException">There is no row, or no class has two, so that nothing can be set aside.</exception>
    public static (int[] Remaining, int[] Aside) Of<TLabel>(
        IEnumerable<TLabel> labels, double fraction, int seed, IComparer<TLabel>? order = null, string option = "The fraction to set aside")
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (!(fraction is > 0 and < 1))
            throw new ArgumentException(Invariant($"{option} is {fraction:G7}; it must be above 0 and below 1."));
        var random = new Random(seed);
        IGrouping<TLabel, int>[] classes = [.. labels.Select((label, index) => (label, index)).GroupBy(row => row.label, row => row.index)];
        var aside = new HashSet<int>();
        foreach (IGrouping<TLabel, int> rows in classes.OrderBy(rows => rows.Key, order ?? DefaultOrder<TLabel>()))
        {
            int[] shuffled = [.. rows];
            random.Shuffle(shuffled);
            aside.UnionWith(shuffled.Take(Math.Min(shuffled.Length - 1, Math.Max(1, (int)Math.Round(shuffled.Length * fraction)))));
        }
        int count = classes.Sum(rows => rows.Count());
        if (aside.Count == 0)
            throw new InvalidOperationException(NothingToSetAside(option, fraction, count, classes.Length));
        return ([.. Enumerable.Range(0, count).Where(index => !aside.Contains(index))], [.. aside.Order()]);
    }

    // That of the language would give another draw on another machine.
    private static IComparer<TLabel> DefaultOrder<TLabel>() => StringComparer.Ordinal as IComparer<TLabel> ?? Comparer<TLabel>.Default;

    private static string NothingToSetAside(string option, double fraction, int images, int classes)
    {
        string found = images == 0 ? "there are no images" : classes == 1
            ? "there is only one image"
            : $"there is only one image of each of the {classes} classes, and no class has two images to set one of them aside";
        return Invariant($"{option} is {fraction:G7}, but {found}. Add images, or give a separate set instead.");
    }
}
