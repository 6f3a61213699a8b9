using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using ResNeXt.Core.Distributed;
using ResNeXt.Core.Images;
using ResNeXt.Core.Training.Distributed;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Schema;
using ResNeXt.MLNet.Scoring.Columns;
using static System.FormattableString;

namespace ResNeXt.MLNet.Training;

/// <summary>Reads the rows of data views into stores of decoded images. The processes of a group read them together.</summary>
internal sealed class TrainingData(MLServices services, TrainerSettings settings, FeatureInput feature, IChannel log)
{
    /// <summary>Reads all rows of a view. Rows without a label are left out, with a warning in the log.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="classOf">The class index for a key index, both from 0.</param>
    /// <returns>The images with their classes; the caller disposes of them.</returns>
    /// <exception cref="InvalidOperationException">In a group: the rows do not come in the same order again.</exception>
    /// <exception cref="RankFailedException">Another process of the group has failed, or has other images.</exception>
    /// <exception cref="OperationCanceledException">The training was canceled or stopped.</exception>
    public ImageStore Read(IDataView data, Func<int, int> classOf)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(settings.CancellationToken, settings.StopToken);
        var images = new ImageStore(feature.Shape, settings.CacheSizeInBytes);
        try
        {
            int withoutLabel = RowErrors.Unwrapped(() => settings.Training.Group is { Size: > 1 } group
                ? FillTogether(group, images, data, classOf, cancellation.Token)
                : Fill(images, data, classOf, cancellation.Token));
            if (withoutLabel > 0)
                log.Warning(MessageSensitivity.None, Invariant($"{withoutLabel} rows without a label were left out."));
            return images;
        }
        catch
        {
            images.Dispose();
            throw;
        }
    }

    private int Fill(ImageStore images, IDataView data, Func<int, int> classOf, CancellationToken cancellation)
    {
        int withoutLabel = 0;
        (data, string pixelColumn) = PixelColumn.AddTo(data, services, feature);
        DataViewSchema.Column pixels = data.Schema[pixelColumn], label = data.Schema[settings.Columns.Label];
        using DataViewRowCursor cursor = data.GetRowCursor([pixels, label]);
        var reader = new PixelReader(cursor, pixels, feature);
        Func<ulong> getKey = KeyGetter.Of(cursor, label);
        while (cursor.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            ulong key = getKey();
            if (key == 0)
            {
                withoutLabel++;
                continue;
            }
            images.Add(reader.Read(), classOf((int)(key - 1)));
        }
        return withoutLabel;
    }

    // Every process reads the labels of all rows and the pixels of its own. With one cursor for both, ML.NET would read ahead the pixels of all rows.
    private int FillTogether(ProcessGroup group, ImageStore images, IDataView data, Func<int, int> classOf, CancellationToken cancellation)
    {
        int withoutLabel = 0;
        var reading = new SharedReading(images, group, cancellation);
        DataViewRowId? first = FirstWithLabel(data);
        bool IsRead(DataViewRowId id) => reading.IsOwn(id.Low) || id.Equals(first);
        (IDataView part, string pixelColumn) = PixelColumn.AddTo(new RowPart(data, IsRead), services, feature);
        DataViewSchema.Column pixels = part.Schema[pixelColumn], label = data.Schema[settings.Columns.Label];
        using DataViewRowCursor all = data.GetRowCursor([label]), own = part.GetRowCursor([pixels]);
        var reader = new PixelReader(own, pixels, feature);
        Func<ulong> getKey = KeyGetter.Of(all, label);
        ValueGetter<DataViewRowId> getId = all.GetIdGetter(), getOwnId = own.GetIdGetter();
        DataViewRowId id = default, ownId = default;
        while (all.MoveNext())
        {
            getId(ref id);
            if (IsRead(id))
            {
                if (own.MoveNext())
                    getOwnId(ref ownId);
                if (!ownId.Equals(id))
                    throw OtherOrder();
            }
            ulong key = getKey();
            if (key == 0)
                withoutLabel++;
            else
                reading.Add(id.Low, classOf((int)(key - 1)), reader.Read);
        }
        reading.Complete();
        return withoutLabel;
    }

    private DataViewRowId? FirstWithLabel(IDataView data)
    {
        DataViewSchema.Column label = data.Schema[settings.Columns.Label];
        using DataViewRowCursor cursor = data.GetRowCursor([label]);
        Func<ulong> getKey = KeyGetter.Of(cursor, label);
        while (cursor.MoveNext())
        {
            if (getKey() == 0)
                continue;
            DataViewRowId id = default;
            cursor.GetIdGetter()(ref id);
            return id;
        }
        return null;
    }

    private static InvalidOperationException OtherOrder() =>
        new("The rows come in another order when they are read again, so that the processes cannot divide them. "
            + "Shuffle them with a seed, or once: save them in their new order before Fit.");
}
