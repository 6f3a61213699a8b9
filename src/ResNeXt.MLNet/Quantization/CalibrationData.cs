using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core.Images;
using ResNeXt.Core.Quantization;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Schema;
using ResNeXt.MLNet.Scoring;

namespace ResNeXt.MLNet.Quantization;

/// <summary>Draws rows of a data view and reads their images; of other rows nothing is decoded.</summary>
internal sealed class CalibrationData(MLServices services, FeatureInput input, IReadOnlyList<string> classNames, string labelColumn)
{
    private const int UnknownClass = -1;

    /// <summary>Reads the images, which the caller disposes of.</summary>
    /// <exception cref="InvalidOperationException">There is no row, or the feature column is not what the model takes.</exception>
    public ImageStore Read(IDataView data, QuantizationOptions options)
    {
        CheckFeature(data.Schema.Find(input.ColumnName, nameof(ResNeXtTrainer.Options.FeatureColumnName)));
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

    // The data may number the classes differently, or have others: the names decide.
    private Func<int> ClassGetter(DataViewRowCursor cursor, DataViewSchema.Column label)
    {
        Func<ulong> getKey = KeyGetter.Of(cursor, label);
        var indices = classNames.Select((name, index) => (name, index)).ToDictionary(item => item.name, item => item.index, StringComparer.Ordinal);
        int[] classes = [UnknownClass, .. LabelKeys.Of(label).Names.Select(name => indices.GetValueOrDefault(name, UnknownClass))];
        return () => classes[(int)getKey()];
    }

    private void CheckFeature(DataViewSchema.Column column)
    {
        if (!input.Takes(column.Type))
        {
            throw new InvalidOperationException($"The column '{column.Name}' of the calibration data has the type {column.Type}; "
                + $"the model takes {input.Content}. Prepare the rows as those that it was trained on.");
        }
    }
}
