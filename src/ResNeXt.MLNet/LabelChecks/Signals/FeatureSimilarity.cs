using System.Numerics.Tensors;

namespace ResNeXt.MLNet.LabelChecks.Signals;

/// <summary>Finds the most similar images: those with the largest cosine of features, from which the mean of all images is subtracted.</summary>
internal sealed class FeatureSimilarity
{
    /// <summary>The number of neighbors that are looked for.</summary>
    public const int NeighborCount = 10;

    /// <summary>Centers and scales features; those given are not changed.</summary>
    public FeatureSimilarity(float[][] features)
    {
        var mean = new double[features.Length == 0 ? 0 : features[0].Length];
        foreach (float[] row in features)
        {
            for (int i = 0; i < mean.Length; i++)
                mean[i] += row[i] / (double)features.Length;
        }
        Directions = Array.ConvertAll(features, row => Direction(row, mean));
    }

    /// <summary>The features of each image, minus their mean over all images, with the length 1.</summary>
    public float[][] Directions { get; }

    /// <summary>Gets the nearest neighbors of each image, the most similar first.</summary>
    /// <param name="cancellationToken">Ends the search.</param>
    public Neighbor[][] Nearest(CancellationToken cancellationToken)
    {
        var nearest = new Neighbor[Directions.Length][];
        Parallel.For(0, nearest.Length, new ParallelOptions { CancellationToken = cancellationToken }, index => nearest[index] = Nearest(index));
        return nearest;
    }

    /// <summary>Gets which of some images is the most similar to an image; null if there is no other image.</summary>
    public int? NearestOf(int index, IEnumerable<int> others)
    {
        int? best = null;
        float largest = float.NegativeInfinity;
        foreach (int other in others.Where(other => other != index))
        {
            float cosine = TensorPrimitives.Dot<float>(Directions[index], Directions[other]);
            if (cosine > largest)
                (best, largest) = (other, cosine);
        }
        return best;
    }

    private Neighbor[] Nearest(int index)
    {
        // The least similar one of those kept is dequeued first; of equals, the one with the larger index.
        var kept = new PriorityQueue<int, (float Cosine, int Order)>(NeighborCount + 1);
        for (int other = 0; other < Directions.Length; other++)
        {
            if (other == index)
                continue;
            kept.Enqueue(other, (TensorPrimitives.Dot<float>(Directions[index], Directions[other]), -other));
            if (kept.Count > NeighborCount)
                kept.Dequeue();
        }
        return [.. kept.UnorderedItems.OrderByDescending(item => item.Priority).Select(item => new Neighbor(item.Element, item.Priority.Cosine))];
    }

    private static float[] Direction(float[] features, double[] mean)
    {
        var direction = new float[features.Length];
        double squares = 0;
        for (int i = 0; i < direction.Length; i++)
        {
            direction[i] = (float)(features[i] - mean[i]);
            squares += (double)direction[i] * direction[i];
        }
        float length = (float)Math.Sqrt(squares);
        return length > 0 ? Array.ConvertAll(direction, value => value / length) : direction;
    }
}
