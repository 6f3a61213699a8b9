using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using ResNeXt.Core.Images;
using ResNeXt.Core.Quantization;

namespace ResNeXt.Tool.Data;

/// <summary>Reads calibration images for a network without a pipeline, resized as a pipeline resizes them.</summary>
internal static class CalibrationImages
{
    private const string Resized = "Resized", Pixels = "Pixels";

    /// <summary>Opens a folder with one folder of images per class, or a file in CIFAR-10's binary layout.</summary>
    public static ILabeledImages Open(string path) => Directory.Exists(path) ? FolderImages.Open(path) : CifarFile.Open(path);

    /// <summary>Reads a random selection of the images as planar pixels from 0 to 255.</summary>
    /// <param name="images">The images to select from.</param>
    /// <param name="shape">The shape that the network needs.</param>
    /// <param name="classNames">
    /// The network's classes. If none of them is a class of the images, but their number is equal, they are matched by order.
    /// </param>
    /// <param name="options">The number of images and the seed.</param>
    /// <returns>The images. The caller disposes of them.</returns>
    public static ImageStore Read(ILabeledImages images, ImageShape shape, IReadOnlyList<string> classNames, QuantizationOptions options)
    {
        var mlContext = new MLContext(options.Seed);
        IDataView data = LabeledSubset.Of(images, options.Draw(images.Count)).ToDataView(mlContext);
        data = mlContext.Transforms.ResizeImages(Resized, shape.Width, shape.Height, nameof(LabeledImage.Image), ImageResizingEstimator.ResizingKind.IsoCrop)
            .Append(mlContext.Transforms.ExtractPixels(Pixels, Resized)).Fit(data).Transform(data);
        Dictionary<string, int> classes = Classes(images.ClassNames, classNames);
        var store = new ImageStore(shape, memoryLimit: long.MaxValue);
        using DataViewRowCursor cursor = data.GetRowCursor([data.Schema[Pixels], data.Schema[nameof(LabeledImage.Label)]]);
        ValueGetter<VBuffer<float>> getPixels = cursor.GetGetter<VBuffer<float>>(data.Schema[Pixels]);
        ValueGetter<ReadOnlyMemory<char>> getLabel = cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema[nameof(LabeledImage.Label)]);
        VBuffer<float> pixels = default;
        ReadOnlyMemory<char> label = default;
        while (cursor.MoveNext())
        {
            getPixels(ref pixels);
            getLabel(ref label);
            store.Add(pixels.DenseValues().ToArray(), classes.GetValueOrDefault(label.ToString(), -1));
        }
        return store;
    }

    private static Dictionary<string, int> Classes(IReadOnlyList<string> ofImages, IReadOnlyList<string> ofNetwork)
    {
        bool byOrder = !ofImages.Intersect(ofNetwork).Any() && ofImages.Count == ofNetwork.Count;
        return (byOrder ? ofImages : ofNetwork).Select((name, index) => (name, index)).ToDictionary(item => item.name, item => item.index);
    }
}
