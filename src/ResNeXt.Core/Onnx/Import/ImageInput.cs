using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx.Import.Graphs;
using ResNeXt.Core.Tensors;
using static ResNeXt.Core.Onnx.Schema.TensorProto.Types;

namespace ResNeXt.Core.Onnx.Import;

/// <summary>The input of a graph: a batch of images, some of whose dimensions can be open.</summary>
/// <param name="Dimensions">The four dimensions; 0 for one of any size.</param>
/// <param name="Layout">The order of the values.</param>
internal sealed record ImageInput(IReadOnlyList<long> Dimensions, PixelLayout Layout)
{
    // The networks of photographs, masks and multispectral images have few channels, and their images are larger than that.
    /// <summary>The largest number of channels of images.</summary>
    public const int MostChannels = 16;

    private const int UsualChannels = 3;
    private const long MostPixels = 1 << 22;

    public int Channels => Dimensions[ChannelAxis] is > 0 and var channels ? (int)channels : UsualChannels;

    /// <summary>The number of images in a batch; null if it is open.</summary>
    public int? Batch => Dimensions[0] > 0 ? (int)Dimensions[0] : null;

    private int ChannelAxis => Layout == PixelLayout.Planar ? 1 : 3;

    /// <summary>Reads the input of a graph.</summary>
    /// <exception cref="InvalidDataException">The input is no batch of images in float32, or is too large.</exception>
    public static ImageInput Of(ForeignGraph graph)
    {
        if (graph.Input is not { Type.TensorType: { ElemType: DataType.Float, Shape.Dim: { Count: 4 } sizes } })
        {
            throw new InvalidDataException("is an ONNX model whose input is no batch of images in float32, N x C x H x W; export it with such an input "
                + "(in PyTorch, call model.float() before).");
        }
        long[] dimensions = [.. sizes.Select(size => Math.Max(0, size.DimValue))];
        bool isInterleaved = dimensions[3] is > 0 and <= MostChannels && dimensions[1] is 0 or > MostChannels;
        var input = new ImageInput(dimensions, isInterleaved ? PixelLayout.Interleaved : PixelLayout.Planar);
        long pixels = dimensions.Aggregate(1L, (product, size) => product > MostPixels * MostChannels ? product : product * Math.Clamp(size, 1, int.MaxValue));
        return pixels <= MostPixels * MostChannels && input.Channels <= MostChannels
            ? input
            : throw new InvalidDataException($"is an ONNX model that takes batches of {TensorShape.Text(dimensions)}, which is more than is read. "
                + "Export it for one image of usual size.");
    }

    /// <summary>Gets the shape of one image. Open sizes get the size that the pooling is made for, or else the architecture's.</summary>
    /// <param name="architecture">The architecture.</param>
    /// <param name="mapSide">The side of the last stage's maps, if the pooling is made for one size; else null.</param>
    public ImageShape Shape(Architecture architecture, int? mapSide)
    {
        int[] sides = [.. Enumerable.Range(1, 3).Where(axis => axis != ChannelAxis).Select(axis => Dimensions[axis] is > 0 and var size ? (int)size : 0)];
        int side = mapSide is { } maps ? maps * architecture.DefaultImageSize / architecture.LastMapSide(architecture.DefaultImageSize) : architecture.DefaultImageSize;
        return new(Channels, sides[0] > 0 ? sides[0] : side, sides[1] > 0 ? sides[1] : side);
    }
}
