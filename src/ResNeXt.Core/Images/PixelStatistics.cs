using System.Numerics.Tensors;

namespace ResNeXt.Core.Images;

/// <summary>The mean, standard deviation and range of the pixels of a dataset, updated image by image.</summary>
/// <param name="shape">The shape of every image.</param>
internal sealed class PixelStatistics(ImageShape shape)
{
    // Of the mean. In the sums of so many squares, smaller standard deviations are lost.
    private const double LeastVariation = 1e-5;

    private readonly double[] _sums = new double[shape.Channels];
    private readonly double[] _squares = new double[shape.Channels];
    private int _count;
    private bool _areBytes = true;
    private float _minimum = float.PositiveInfinity;
    private float _maximum = float.NegativeInfinity;

    /// <summary>
    /// 0 to 255 if all pixels are whole numbers in this range and some are above 1, else the lowest and the highest value of all images, made 1 apart
    /// if they are equal.
    /// </summary>
    public PixelRange Range
    {
        get
        {
            if (_count == 0 || (_areBytes && _maximum > 1))
                return PixelRange.Bytes;
            // Adding 1 to a number beyond 2^24 may give the same number.
            return new PixelRange(_minimum, _maximum > _minimum ? _maximum : Math.Max(_minimum + 1, MathF.BitIncrement(_minimum)));
        }
    }

    /// <summary>Adds an image.</summary>
    /// <param name="pixels">The pixels, planar.</param>
    /// <exception cref="ArgumentException">A value is not finite.</exception>
    public void Add(ReadOnlySpan<float> pixels)
    {
        float minimum = TensorPrimitives.Min(pixels), maximum = TensorPrimitives.Max(pixels);
        if (!float.IsFinite(minimum) || !float.IsFinite(maximum))
        {
            throw new ArgumentException($"Image {_count} has a pixel that is not a finite number. "
                + "Remove the image or replace its missing values.");
        }
        (_minimum, _maximum) = (Math.Min(_minimum, minimum), Math.Max(_maximum, maximum));
        bool areBytes = minimum >= 0 && maximum <= 255;
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            double sum = 0, squares = 0;
            foreach (float value in pixels.Slice(channel * shape.PlaneLength, shape.PlaneLength))
            {
                sum += value;
                squares += (double)value * value;
                areBytes &= (byte)value == value;
            }
            _sums[channel] += sum;
            _squares[channel] += squares;
        }
        _areBytes &= areBytes;
        _count++;
    }

    /// <summary>
    /// Computes the mean and standard deviation of every channel. A channel that is constant, or varies by less than 0.00001 of its mean, gets the
    /// standard deviation 1.
    /// </summary>
    /// <exception cref="InvalidOperationException">There was no image.</exception>
    public PixelNormalization Normalization()
    {
        if (_count == 0)
            throw new InvalidOperationException("There is no image to measure the mean and standard deviation of.");
        double count = (double)_count * shape.PlaneLength;
        double[] means = [.. _sums.Select(sum => sum / count)];
        IEnumerable<double> stds = _squares.Select((square, channel) => Math.Sqrt(Math.Max(0, square / count - means[channel] * means[channel])));
        return new PixelNormalization(
            [.. means.Select(mean => (float)mean)],
            [.. stds.Zip(means, (std, mean) => std > Math.Max(1e-12, LeastVariation * Math.Abs(mean)) ? (float)std : 1)]);
    }
}
