using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core.Images;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Schema;
using ResNeXt.MLNet.Scoring;

namespace ResNeXt.MLNet.Training;

/// <summary>Reads the rows of a data view, once, into a store of decoded images.</summary>
internal sealed class TrainingData(MLServices services, FeatureInput input, string labelColumn)
{
    /// <summary>Reads all rows; those with a missing label are left out.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="memoryLimit">Bytes of pixels to keep in memory.</param>
    /// <param name="classOf">The class of a key, from 0, by the key's index, from 0.</param>
    /// <param name="cancellation">Stops between two rows.</param>
    /// <returns>The store, which the caller disposes of, and the number of rows without a label.</returns>
    public (ImageStore Images, int WithoutLabel) Read(IDataView data, long memoryLimit, Func<int, int> classOf, CancellationToken cancellation)
    {
        (data, string pixelColumn) = PixelColumn.AddTo(data, services, input);
        var images = new ImageStore(input.Shape, memoryLimit);
        try
        {
            return (images, RowErrors.Unwrapped(() => Fill(images, data, pixelColumn, classOf, cancellation)));
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
        DataViewSchema.Column pixels = data.Schema[pixelColumn], label = data.Schema[labelColumn];
        using DataViewRowCursor cursor = data.GetRowCursor([pixels, label]);
        var reader = new PixelReader(cursor, pixels, input);
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
