using ResNeXt.Core.Imaging;
using ResNeXt.Core.Imaging.Augmenting;

namespace ResNeXt.Core.Tests.Imaging.Augmenting;

public sealed class CropAndFlipTests
{
    private static readonly ImageShape Shape = new(1, 8, 16);

    // Every pixel is unique, so a result tells which shift and which flip made it.
    private static readonly float[] Image = [.. Enumerable.Range(1, Shape.Length).Select(value => (float)value)];

    [Fact]
    public void Apply_OverManyDraws_GivesEveryShiftAndFlipAboutEquallyOften()
    {
        var counts = new Dictionary<(int, int, bool), int>();
        var random = new Random(1);
        for (int draw = 0; draw < 6000; draw++)
        {
            var target = new float[Shape.Length];
            CropAndFlip.Apply(Image, target, Shape, [-1], random);
            (int, int, bool) found = Explain(target);
            counts[found] = counts.GetValueOrDefault(found) + 1;
        }

        // Three shifts down, five across, two flips: 30 outcomes of 200 draws each.
        Assert.Equal(30, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 140, 260));
    }

    // Finds the one shift and flip that explain the result, padding included.
    private static (int Y, int X, bool Flip) Explain(float[] target) =>
        (from y in Enumerable.Range(-1, 3)
         from x in Enumerable.Range(-2, 5)
         from flip in new[] { false, true }
         where target.SequenceEqual(Expected(y, x, flip))
         select (y, x, flip)).Single();

    private static IEnumerable<float> Expected(int shiftY, int shiftX, bool flip)
    {
        for (int y = 0; y < Shape.Height; y++)
        {
            for (int column = 0; column < Shape.Width; column++)
            {
                int fromY = y + shiftY, fromX = (flip ? Shape.Width - 1 - column : column) + shiftX;
                bool inside = fromY >= 0 && fromY < Shape.Height && fromX >= 0 && fromX < Shape.Width;
                yield return inside ? Image[fromY * Shape.Width + fromX] : -1;
            }
        }
    }
}
