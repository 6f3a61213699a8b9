using ResNeXt.Core.Images;
using ResNeXt.Core.Images.Augmentation.Operations;

namespace ResNeXt.Core.Tests.Images.Augmentation.Operations;

public sealed class AffineMapTests
{
    private static readonly ImageShape Shape = new(1, 3, 3);
    private static readonly float[] Image = [1, 2, 3, 4, 5, 6, 7, 8, 9];

    public static TheoryData<string, float[]> Maps => new()
    {
        { "right", [0, 1, 2, 0, 4, 5, 0, 7, 8] },
        { "up", [4, 5, 6, 7, 8, 9, 0, 0, 0] },
        { "counter-clockwise", [3, 6, 9, 2, 5, 8, 1, 4, 7] },
        { "clockwise", [7, 4, 1, 8, 5, 2, 9, 6, 3] },
        { "half turn", [9, 8, 7, 6, 5, 4, 3, 2, 1] },
        // Row y, whose center is at y + 1/2, moves by 0.9 (y + 1/2) pixels to the left: 0, 1 and 2 of them.
        { "shear across", [1, 2, 3, 5, 6, 0, 9, 0, 0] },
        { "shear down", [1, 5, 9, 4, 8, 0, 7, 0, 0] },
    };

    [Theory]
    [MemberData(nameof(Maps))]
    public void Apply_ToNumberedPixels_MovesThemAsNamed(string name, float[] expected)
    {
        AffineMap map = name switch
        {
            "right" => AffineMap.Translate(1, 0),
            "up" => AffineMap.Translate(0, -1),
            "counter-clockwise" => AffineMap.Rotate(90, Shape),
            "clockwise" => AffineMap.Rotate(-90, Shape),
            "half turn" => AffineMap.Rotate(180, Shape),
            "shear across" => AffineMap.ShearX(0.9),
            _ => AffineMap.ShearY(0.9),
        };
        float[] image = [.. Image];
        map.Apply(image, Shape, [0]);

        Assert.Equal(expected, image);
    }

    [Fact]
    public void Rotate_OfAWideImage_TurnsAboutItsMiddleAndFillsEachChannel()
    {
        var shape = new ImageShape(2, 2, 4);
        float[] image = [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8];
        AffineMap.Rotate(90, shape).Apply(image, shape, [-1, -2]);

        Assert.Equal([-1, 3, 7, -1, -1, 2, 6, -1, -2, 3, 7, -2, -2, 2, 6, -2], image);
    }
}
