using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Tool.Data;

namespace ResNeXt.Tool.Tests.Data;

public sealed class ParallelRowsTests
{
    private const int Rows = 37;

    private readonly MLContext _context = new(seed: 1);
    private readonly ConcurrentBag<(int Row, int Thread)> _decoded = [];

    [Fact]
    public void GetRowCursorSet_OfSeveralThreads_DividesTheRowsAndDecodesEachOnce()
    {
        IDataView view = View();
        DataViewSchema.Column image = view.Schema["Image"], name = view.Schema["Name"];

        DataViewRowCursor[] cursors = view.GetRowCursorSet([image, name], 3);

        string[][] names = [.. cursors.Select(cursor => Read(cursor, name).ToArray())];
        Assert.Equal(Enumerable.Range(0, 3).Select(index => Enumerable.Range(0, Rows).Where(row => row % 3 == index).Select(row => $"{row}")), names);
        Assert.Equal(Enumerable.Range(0, Rows), _decoded.Select(item => item.Row).Order());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 4)]
    [InlineData(64, 4)]
    public void GetRowCursorSet_OfManyThreads_HasAtMostFourCursors(int asked, int expected)
    {
        DataViewRowCursor[] cursors = View().GetRowCursorSet([], asked);

        Assert.Equal(expected, cursors.Length);
        Array.ForEach(cursors, cursor => cursor.Dispose());
    }

    // ML.NET reads with as many threads as there are processors.
    [Fact]
    public void Transform_WithStepsBehind_GivesTheRowsInOrder()
    {
        IDataView view = View();
        IDataView pixels = _context.Transforms.ResizeImages("Image", 2, 2).Append(_context.Transforms.ExtractPixels("Features", "Image"))
            .Append(_context.Transforms.Conversion.MapValueToKey("Label")).Fit(view).Transform(view);
        _decoded.Clear();

        float[] values = [.. pixels.GetColumn<float[]>("Features").Select(features => features[0])];

        Assert.Equal(Enumerable.Range(0, Rows).Select(row => (float)row), values);
        Assert.Equal(Enumerable.Range(0, Rows), _decoded.Select(item => item.Row).Order());
        Assert.True(Environment.ProcessorCount == 1 || _decoded.Select(item => item.Thread).Distinct().Count() > 1);
    }

    private IEnumerable<string> Read(DataViewRowCursor cursor, DataViewSchema.Column name)
    {
        using (cursor)
        {
            ValueGetter<MLImage> getImage = cursor.GetGetter<MLImage>(cursor.Schema["Image"]);
            ValueGetter<ReadOnlyMemory<char>> getName = cursor.GetGetter<ReadOnlyMemory<char>>(name);
            MLImage? image = null;
            ReadOnlyMemory<char> value = default;
            for (long position = 0; cursor.MoveNext(); position++)
            {
                Assert.Equal(position, cursor.Position);
                getImage(ref image!);
                getName(ref value);
                Assert.Equal($"{cursor.Batch}", $"{value}");
                yield return $"{value}";
            }
        }
    }

    private ParallelRows View() => new(_context.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(row => new LabeledImage(
        () =>
        {
            _decoded.Add((row, Environment.CurrentManagedThreadId));
            Thread.Sleep(1);
            return MLImage.CreateFromPixels(2, 2, MLPixelFormat.Bgra32, [.. Enumerable.Repeat((byte)row, 16)]);
        }, row % 2 == 0 ? "even" : "odd", $"{row}"))));
}
