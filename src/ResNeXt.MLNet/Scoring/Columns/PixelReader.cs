using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core.Images;
using ResNeXt.MLNet.Schema;

namespace ResNeXt.MLNet.Scoring.Columns;

/// <summary>Reads the pixels of a cursor's rows, in planar order whatever the order in the column is.</summary>
/// <param name="cursor">The cursor.</param>
/// <param name="pixels">The column with the pixels.</param>
/// <param name="input">How the feature column delivers pixels.</param>
internal sealed class PixelReader(DataViewRowCursor cursor, DataViewSchema.Column pixels, FeatureInput input)
{
    private readonly ValueGetter<VBuffer<float>> _getPixels = cursor.GetGetter<VBuffer<float>>(pixels);
    private readonly float[] _values = new float[input.Shape.Length], _planar = new float[input.Shape.Length];
    private VBuffer<float> _buffer;

    /// <summary>Reads the current row.</summary>
    /// <returns>The pixels; the next call overwrites them.</returns>
    public float[] Read()
    {
        _getPixels(ref _buffer);
        _buffer.CopyTo(_values);
        return input.Layout == PixelLayout.Planar ? _values : ToPlanar();
    }

    private float[] ToPlanar()
    {
        int channels = input.Shape.Channels, plane = input.Shape.PlaneLength;
        for (int pixel = 0; pixel < plane; pixel++)
        {
            for (int channel = 0; channel < channels; channel++)
                _planar[channel * plane + pixel] = _values[pixel * channels + channel];
        }
        return _planar;
    }
}
