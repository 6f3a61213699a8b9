using Microsoft.ML;
using Microsoft.ML.Runtime;
using ResNeXt.Core.Images;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Schema;
using ResNeXt.MLNet.Scoring.Columns;
using static System.FormattableString;

namespace ResNeXt.MLNet.Training;

/// <summary>Reads the rows of data views, each view once, into stores of decoded images.</summary>
internal sealed class TrainingData(MLServices services, TrainerSettings settings, FeatureInput feature, IChannel log)
{
    /// <summary>Reads all rows of a view. Rows without a label are left out, with a warning in the log.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="classOf">The class index for a key index, both from 0.</param>
    /// <returns>The images with their classes; the caller disposes of them.</returns>
    /// <exception cref="OperationCanceledException">The training was canceled or stopped.</exception>
    public ImageStore Read(IDataView data, Func<int, int> classOf)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(settings.CancellationToken, settings.StopToken);
        (data, string pixelColumn) = PixelColumn.AddTo(data, services, feature);
        var images = new ImageStore(feature.Shape, settings.CacheSizeInBytes);
        try
        {
            int withoutLabel = RowErrors.Unwrapped(() => Fill(images, data, pixelColumn, classOf, cancellation.Token));
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

    private int Fill(ImageStore images, IDataView data, string pixelColumn, Func<int, int> classOf, CancellationToken cancellation)
    {
        int withoutLabel = 0;
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
}
