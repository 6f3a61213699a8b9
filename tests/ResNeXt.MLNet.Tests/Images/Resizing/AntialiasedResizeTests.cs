using ResNeXt.MLNet.Images.Resizing;

namespace ResNeXt.MLNet.Tests.Images.Resizing;

public sealed class AntialiasedResizeTests
{
    [Theory]
    [InlineData(504, 378, 224, 224)]
    [InlineData(61, 97, 16, 16)]
    [InlineData(33, 20, 8, 24)]
    [InlineData(5, 7, 20, 20)]
    [InlineData(1, 300, 9, 7)]
    [InlineData(300, 1, 7, 9)]
    public void Of_Noise_IsWithinOneOfTheDefinition(int oldWidth, int oldHeight, int width, int height)
    {
        byte[] pixels = Noise(oldWidth, oldHeight);

        byte[] resized = AntialiasedResize.Of(pixels, oldWidth, oldHeight, width, height);

        double[] expected = Defined(pixels, oldWidth, oldHeight, width, height);
        Assert.Equal(width * height * 4, resized.Length);
        Assert.All(expected, (value, index) => Assert.InRange(resized[index] - value, -1, 1));
        // The rounding in between adds at most half a level, which nearly cancels out on average; halves are rounded up.
        Assert.InRange(expected.Zip(resized, (value, pixel) => pixel - value).Average(), -0.15, 0.15);
    }

    [Fact]
    public void Of_TheSameSize_ChangesNothing()
    {
        byte[] pixels = Noise(23, 11);

        Assert.Equal(pixels, AntialiasedResize.Of(pixels, 23, 11, 23, 11));
    }

    [Fact]
    public void Of_ABoardOfSinglePixels_IsGray()
    {
        byte[] board = new byte[64 * 64 * 4];
        for (int i = 0; i < board.Length; i++)
            board[i] = i % 4 == 3 || (i / 4 + i / 256) % 2 == 0 ? byte.MaxValue : byte.MinValue;

        byte[] resized = AntialiasedResize.Of(board, 64, 64, 16, 16);

        // Without antialiasing, some would be black and others white.
        Assert.All(resized.Where((_, index) => index % 4 != 3), value => Assert.InRange(value, 127, 128));
        Assert.All(resized.Where((_, index) => index % 4 == 3), value => Assert.Equal(byte.MaxValue, value));
    }

    [Fact]
    public void Of_AWideImage_KeepsItsMiddle()
    {
        // A red, a green and a blue square beside each other.
        byte[] pixels = new byte[30 * 10 * 4];
        for (int i = 0; i < 300; i++)
        {
            pixels[i * 4 + i % 30 / 10] = byte.MaxValue;
            pixels[i * 4 + 3] = byte.MaxValue;
        }

        byte[] resized = AntialiasedResize.Of(pixels, 30, 10, 10, 10);

        Assert.All(resized.Chunk(4), pixel => Assert.Equal([0, 255, 0, 255], pixel));
    }

    // docs/model-contract.md, in double precision and without rounding in between.
    private static double[] Defined(byte[] pixels, int oldWidth, int oldHeight, int width, int height)
    {
        double scale = Math.Min((double)oldWidth / width, (double)oldHeight / height), reach = Math.Max(scale, 1);
        double left = (oldWidth - width * scale) / 2, top = (oldHeight - height * scale) / 2;
        double Weight(int old, double start, int index) => Math.Max(0, 1 - Math.Abs(old + 0.5 - (start + (index + 0.5) * scale)) / reach);
        var defined = new double[width * height * 4];
        for (int i = 0; i < defined.Length; i++)
        {
            int x = i / 4 % width, y = i / 4 / width;
            double sum = 0, weights = 0;
            for (int oldY = 0; oldY < oldHeight; oldY++)
            {
                double ofRow = Weight(oldY, top, y);
                for (int oldX = 0; ofRow > 0 && oldX < oldWidth; oldX++)
                {
                    double weight = ofRow * Weight(oldX, left, x);
                    sum += weight * pixels[(oldY * oldWidth + oldX) * 4 + i % 4];
                    weights += weight;
                }
            }
            defined[i] = sum / weights;
        }
        return defined;
    }

    private static byte[] Noise(int width, int height)
    {
        var pixels = new byte[width * height * 4];
        new Random(1).NextBytes(pixels);
        for (int alpha = 3; alpha < pixels.Length; alpha += 4)
            pixels[alpha] = byte.MaxValue;
        return pixels;
    }
}
