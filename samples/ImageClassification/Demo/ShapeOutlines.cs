using SkiaSharp;

namespace ImageClassification.Demo;

/// <summary>The outlines of the shapes, each within a circle of radius 1 around the origin.</summary>
public static class ShapeOutlines
{
    /// <summary>A new outline, which the caller disposes.</summary>
    public static SKPath Create(ShapeKind kind)
    {
        var path = new SKPath { FillType = SKPathFillType.EvenOdd };
        switch (kind)
        {
            case ShapeKind.Circle:
                path.AddCircle(0, 0, 0.85f);
                break;
            case ShapeKind.Cross:
                path.AddPoly(Cross(arm: 0.95f, half: 0.3f));
                break;
            case ShapeKind.Ring:
                path.AddCircle(0, 0, 0.9f);
                path.AddCircle(0, 0, 0.5f);
                break;
            case ShapeKind.Square:
                path.AddPoly(Corners(4, 1, 1));
                break;
            case ShapeKind.Star:
                path.AddPoly(Corners(10, 1, 0.42f));
                break;
            case ShapeKind.Triangle:
                path.AddPoly(Corners(3, 1, 1));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such shape.");
        }
        return path;
    }

    /// <summary>Corners at equal angles, alternately on two circles.</summary>
    private static SKPoint[] Corners(int count, float even, float odd)
    {
        var corners = new SKPoint[count];
        for (int i = 0; i < count; i++)
        {
            (float sin, float cos) = MathF.SinCos(MathF.Tau * i / count);
            float radius = i % 2 == 0 ? even : odd;
            corners[i] = new SKPoint(radius * sin, -radius * cos);
        }
        return corners;
    }

    private static SKPoint[] Cross(float arm, float half) =>
    [
        new(-half, -arm), new(half, -arm), new(half, -half), new(arm, -half), new(arm, half), new(half, half),
        new(half, arm), new(-half, arm), new(-half, half), new(-arm, half), new(-arm, -half), new(-half, -half),
    ];
}
