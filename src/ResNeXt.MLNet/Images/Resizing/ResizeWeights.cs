using ResNeXt.Core.Images;

namespace ResNeXt.MLNet.Images.Resizing;

/// <summary>The weights of a <see cref="TriangleFilter"/> along one side of an image, as whole numbers.</summary>
internal sealed class ResizeWeights
{
    /// <summary>The bits of a weight after the point: with eight bits of a pixel and one for a sum above one, they fit 31 bits.</summary>
    public const int Precision = 22;

    private readonly int[] _first;
    private readonly int[][] _weights;

    private ResizeWeights(int[] first, int[][] weights) => (_first, _weights) = (first, weights);

    /// <summary>Computes the weights.</summary>
    /// <param name="length">The number of old pixels.</param>
    /// <param name="start">Where the part that is resized begins, in old pixels.</param>
    /// <param name="scale">The old pixels per new one.</param>
    /// <param name="newLength">The number of new pixels.</param>
    public static ResizeWeights Of(int length, double start, double scale, int newLength)
    {
        var first = new int[newLength];
        var weights = new int[newLength][];
        var exact = new double[TriangleFilter.MostWeights(scale)];
        for (int i = 0; i < newLength; i++)
        {
            (first[i], int count) = TriangleFilter.Weigh(start + (i + 0.5) * scale, scale, length, exact);
            weights[i] = Array.ConvertAll(exact[..count], weight => (int)(weight * (1 << Precision) + 0.5));
        }
        return new(first, weights);
    }

    /// <summary>The index of the first old pixel that a new one is made of.</summary>
    /// <param name="index">The index of the new pixel.</param>
    public int First(int index) => _first[index];

    /// <summary>The index after the last old pixel that a new one is made of.</summary>
    /// <param name="index">The index of the new pixel.</param>
    public int End(int index) => _first[index] + _weights[index].Length;

    /// <summary>The weights of these old pixels; 1 is two to the power of <see cref="Precision"/>.</summary>
    /// <param name="index">The index of the new pixel.</param>
    public ReadOnlySpan<int> Weights(int index) => _weights[index];
}
