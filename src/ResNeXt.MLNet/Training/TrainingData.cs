using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core.Imaging;
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
            return (images, Fill(images, data, pixelColumn, classOf, cancellation));
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
        ValueGetter<VBuffer<float>> getPixels = cursor.GetGetter<VBuffer<float>>(pixels);
        Func<ulong> getKey = KeyGetter(cursor, label);
        VBuffer<float> buffer = default;
        var values = new float[input.Shape.Length];
        var planar = new float[input.Shape.Length];
        while (cursor.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            ulong key = getKey();
            if (key == 0)
            {
                withoutLabel++;
                continue;
            }
            getPixels(ref buffer);
            buffer.CopyTo(values);
            images.Add(input.Layout == PixelLayout.Planar ? values : ToPlanar(values, planar), classOf((int)(key - 1)));
        }
        return withoutLabel;
    }

    private float[] ToPlanar(float[] interleaved, float[] planar)
    {
        int channels = input.Shape.Channels, plane = input.Shape.PlaneLength;
        for (int pixel = 0; pixel < plane; pixel++)
        {
            for (int channel = 0; channel < channels; channel++)
                planar[channel * plane + pixel] = interleaved[pixel * channels + channel];
        }
        return planar;
    }

    private static Func<ulong> KeyGetter(DataViewRowCursor cursor, DataViewSchema.Column label) => label.Type.RawType switch
    {
        var type when type == typeof(byte) => Widen<byte>(cursor, label),
        var type when type == typeof(ushort) => Widen<ushort>(cursor, label),
        var type when type == typeof(ulong) => Widen<ulong>(cursor, label),
        _ => Widen<uint>(cursor, label),
    };

    private static Func<ulong> Widen<T>(DataViewRowCursor cursor, DataViewSchema.Column label) where T : unmanaged, IConvertible
    {
        ValueGetter<T> getter = cursor.GetGetter<T>(label);
        T value = default;
        return () =>
        {
            getter(ref value);
            return value.ToUInt64(null);
        };
    }
}
