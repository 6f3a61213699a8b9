namespace ResNeXt.Core.Kernels.SynchronizedNorm;

/// <summary>The moments of each channel over the batches of several processes.</summary>
/// <param name="Pixels">The number of pixels of all batches.</param>
/// <param name="Mean">The mean of each channel.</param>
/// <param name="Squares">For each channel, the sum of the squares of the differences from the mean.</param>
internal sealed record ChannelMoments(double Pixels, double[] Mean, double[] Squares)
{
    /// <summary>The moments of one batch as a message.</summary>
    public static double[] Message(double pixels, double[] mean, double[] squares) => [pixels, .. mean, .. squares];

    /// <summary>
    /// Combines the moments of batches, one after another (Chan, Golub, LeVeque 1979). Sums of the squares of the values themselves would cancel a
    /// variance that is small compared to the mean.
    /// </summary>
    /// <param name="messages">What <see cref="Message"/> gave in each process, in the order of ranks.</param>
    public static ChannelMoments Of(IReadOnlyList<double[]> messages)
    {
        int channels = messages[0].Length / 2;
        double pixels = 0;
        double[] mean = new double[channels], squares = new double[channels];
        foreach (double[] message in messages)
        {
            double added = message[0], total = pixels + added;
            for (int channel = 0; channel < channels; channel++)
            {
                double difference = message[1 + channel] - mean[channel];
                mean[channel] += difference * added / total;
                squares[channel] += message[1 + channels + channel] + difference * difference * pixels * added / total;
            }
            pixels = total;
        }
        return new(pixels, mean, squares);
    }
}
