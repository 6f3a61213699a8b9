using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core.Images;
using ResNeXt.Core.Quantization;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Schema;
using ResNeXt.MLNet.Scoring.Columns;

namespace ResNeXt.MLNet.Quantization;

/// <summary>Draws rows of a data view at random and reads their images; images of other rows are not decoded.</summary>
internal sealed class CalibrationData(MLServices services, FeatureInput input, IReadOnlyList<string> classNames, string labelColumn)
{
    private const int UnknownClass = -1;

    /// <summary>Reads the images.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="options">How many rows to draw, and from which seed.</param>
    /// <returns>The images with their classes, or with the class -1 if it is unknown; the caller disposes of them.</returns>
    /// <exception cref="InvalidOperationException">There are no rows, or the feature column is not what the model takes.</exception>
    public ImageStore Read(IDataView data, QuantizationOptions options)
    {
        CheckFeature(data.Schema.Find(input.ColumnName, ColumnNames.FeatureOption));
        (data, string pixelColumn) = PixelColumn.AddTo(data, services, input);
        var drawn = options.Draw(RowErrors.Unwrapped(() => Count(data))).ToHashSet();
        if (drawn.Count == 0)
            throw new InvalidOperationException("The calibration data have no row. Give some hundred rows like those to be scored.");
        var images = new ImageStore(input.Shape, memoryLimit: long.MaxValue);
        try
        {
            return RowErrors.Unwrapped(() => Fill(images, data, pixelColumn, drawn, options.CancellationToken));
        }
        catch
        {
            images.Dispose();
            throw;
        }
    }

    private static int Count(IDataView data)
    {
        int count = 0;
        using DataViewRowCursor cursor = data.GetRowCursor([]);
        while (cursor.MoveNext())
            count++;
        return count;
    }

    private ImageStore Fill(ImageStore images, IDataView data, string pixelColumn, HashSet<int> drawn, CancellationToken cancellation)
    {
        DataViewSchema.Column pixels = data.Schema[pixelColumn];
        DataViewSchema.Column? label = data.Schema.GetColumnOrNull(labelColumn) is { Type: KeyDataViewType } key ? key : null;
        using DataViewRowCursor cursor = data.GetRowCursor(label is null ? [pixels] : [pixels, label.Value]);
        var reader = new PixelReader(cursor, pixels, input);
        Func<int> getClass = label is null ? () => UnknownClass : ClassGetter(cursor, label.Value);
        for (int row = 0; cursor.MoveNext(); row++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (drawn.Contains(row))
                images.Add(reader.Read(), getClass());
        }
        return images;
    }

    // The data may number the classes differently than the model, or have others, so classes are matched by name.
    private Func<int> ClassGetter(DataViewRowCursor cursor, DataViewSchema.Column label)
    {
        Func<ulong> getKey = KeyGetter.Of(cursor, label);
        var indices = classNames.Index().ToDictionary(item => item.Item, item => item.Index, StringComparer.Ordinal);
        int[] classes = [UnknownClass, .. LabelKeys.Of(label).Names.Select(name => indices.GetValueOrDefault(name, UnknownClass))];
        return () => classes[(int)getKey()];
    }

    private void CheckFeature(DataViewSchema.Column column)
    {
        if (!input.Takes(column.Type))
        {
            throw new InvalidOperationException($"The column '{column.Name}' of the calibration data has the type {column.Type}; "
                + $"the model takes {input.Content}. Prepare the rows like those that it was trained on.");
        }
    }
}
